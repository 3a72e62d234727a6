import { Select } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { date, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { CellDrawer } from './cell-drawer.tsx'
import { StageDot } from './stage-chip.tsx'

type Matrix = Output<'lifecycle.matrix'>
/** A line or a column: a stage, or null for who was not there. */
type End = { id: number | null; name: string; color: string | null }
export type Cell = { month: string; from: End; to: End; count: number }

const HEAT_MAX = 0.55

/** From which stage to which a month took its people, as a table whose colour says the share of the line. */
export function MatrixPanel() {
  const [month, setMonth] = useState<string | undefined>()
  const [cell, setCell] = useState<Cell | null>(null)
  const matrix = useCall('lifecycle.matrix', month ? { month } : {}, { keepPrevious: true })
  return (
    <Panel
      title={t('月度迁移', 'Migration by month')}
      extra={
        matrix.data && (
          <Select
            size="small"
            style={{ minWidth: 112 }}
            value={matrix.data.month}
            onChange={setMonth}
            options={matrix.data.months.map(value => ({ value, label: value }))}
            aria-label={t('月份', 'Month')}
          />
        )
      }
    >
      <Loaded of={matrix}>
        {data => (
          <div className="by-stack-s">
            <span className="by-small by-soft">
              {t(
                '行：月初所在阶段 → 列：月末所在阶段；百分比是占这一行的比例',
                'Line: stage at the start → column: stage at the end; percent of the line',
              )}
            </span>
            <Table matrix={data} onOpen={setCell} />
            <Notes matrix={data} />
          </div>
        )}
      </Loaded>
      {cell && <CellDrawer cell={cell} onClose={() => setCell(null)} />}
    </Panel>
  )
}

function Table({ matrix, onOpen }: { matrix: Matrix; onOpen: (cell: Cell) => void }) {
  const { cells, month } = matrix
  const stages: End[] = matrix.stages.map(({ id, name, color, isRemoved }) => ({
    id,
    color,
    name: isRemoved ? t(`${name}（已取消）`, `${name} (removed)`) : name,
  }))
  const sum = (of: (cell: Matrix['cells'][number]) => boolean) => cells.filter(of).reduce((total, cell) => total + cell.count, 0)
  const hasNew = sum(cell => cell.from === null) > 0
  const hasGone = sum(cell => cell.to === null) > 0
  const isKnown = (id: number | null, way: 'from' | 'to') =>
    matrix.stages.some(stage => stage.id === id && !stage.isRemoved) || sum(cell => cell[way] === id) > 0
  const lines: End[] = [
    ...stages.filter(stage => isKnown(stage.id, 'from')),
    ...(hasNew ? [{ id: null, name: t('本月新进', 'New in the month'), color: null }] : []),
  ]
  const columns: End[] = [
    ...stages.filter(stage => isKnown(stage.id, 'to')),
    ...(hasGone ? [{ id: null, name: t('离开品牌', 'Gone'), color: null }] : []),
  ]
  return (
    <div className="by-matrix-box">
      <table className="by-matrix" aria-label={t('月度迁移', 'Migration by month')}>
        <thead>
          <tr>
            <th />
            {columns.map(column => (
              <th key={column.id} scope="col">
                <Name of={column} />
              </th>
            ))}
            <th>{t('合计', 'Total')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(line => {
            const total = sum(cell => cell.from === line.id)
            return (
              <tr key={line.id}>
                <th scope="row">
                  <Name of={line} />
                </th>
                {columns.map(column => {
                  const count = sum(cell => cell.from === line.id && cell.to === column.id)
                  const open = () => onOpen({ month, from: line, to: column, count })
                  return <Count key={column.id} {...{ count, total, line, column, open }} />
                })}
                <td className="is-total">{number(total)}</td>
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('月末合计', 'At the end')}</th>
            {columns.map(column => (
              <td key={column.id} className="is-total">
                {number(sum(cell => cell.to === column.id))}
              </td>
            ))}
            <td className="is-total">{number(sum(() => true))}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

type CountProps = { count: number; total: number; line: End; column: End; open: () => void }

function Count({ count, total, line, column, open }: CountProps) {
  const isSame = line.id !== null && line.id === column.id
  if (count === 0) return <td className="by-faint">·</td>
  const heat = (count / total) * HEAT_MAX
  return (
    <td className={isSame ? 'is-same' : ''} style={{ background: `rgba(${isSame ? '102, 115, 108' : '31, 122, 77'}, ${heat})` }}>
      <button
        type="button"
        onClick={open}
        aria-label={t(
          `${line.name} 到 ${column.name}：${number(count)} 人`,
          `${line.name} to ${column.name}: ${number(count)} people`,
        )}
      >
        {number(count)}
        <small>{share(count, total)}</small>
      </button>
    </td>
  )
}

const Name = ({ of }: { of: End }) => (
  <span className="by-row" style={{ gap: 6, justifyContent: 'inherit', display: 'inline-flex' }}>
    {of.color && <StageDot color={of.color} />}
    {of.name}
  </span>
)

function Notes({ matrix }: { matrix: Matrix }) {
  const isFromStart = date(matrix.startAt).endsWith('-01')
  return (
    <div className="by-small by-soft">
      {t(`从 ${date(matrix.startAt)} 到 ${date(matrix.endAt)}。`, `From ${date(matrix.startAt)} to ${date(matrix.endAt)}. `)}
      {!isFromStart && t('从这一天开始记录，之前不清楚。', 'Kept from that day on; nothing is known before. ')}
      {matrix.isRecalled &&
        t('按现在的规则、用当时的行为补算。', 'Worked out afterwards, by the rules of today and the tracks of then. ')}
      {matrix.isChanged &&
        t('本月改过阶段规则，一部分变化来自规则。', 'The rules changed in this month: some moved because of that. ')}
    </div>
  )
}
