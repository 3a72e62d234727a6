import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { useRun } from '../parts/confirm.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { SegmentPicker } from '../parts/pickers.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { usePalette } from '../theme/mode.ts'
import { seriesOf } from '../theme/tokens.ts'
import { VennPicture } from './venn-picture.tsx'

type Overlap = Output<'segments.overlap'>
type Sets = { inside: number[]; match: 'all' | 'any'; outside: number[]; title: string; count: number }

const SEGMENTS_MAX = 3

/** Two or three segments beside each other: how large every part is, and each part, or all together, kept as a list. */
export function SegmentOverlapPage() {
  const [params, setParams] = useSearchParams()
  const ids = (params.get('ids') ?? '')
    .split(',')
    .map(Number)
    .filter(id => Number.isSafeInteger(id) && id > 0)
  const chosen = [...new Set(ids)].slice(0, SEGMENTS_MAX)
  const put = (at: number, id: number | null) => {
    const next = [...chosen]
    if (id === null) next.splice(at, 1)
    else next[at] = id
    setParams(next.length > 0 ? { ids: [...new Set(next)].join(',') } : {}, { replace: true })
  }
  // What is compared holds the same: people with people, vehicles with vehicles.
  const first = useCall('segments.get', { segmentId: chosen[0] ?? 0 }, { enabled: chosen.length > 0, staleTime: 60_000 })
  const slots = [...chosen, null, null].slice(0, Math.max(2, Math.min(SEGMENTS_MAX, chosen.length + 1)))
  return (
    <Page
      title={t('对比人群', 'Compare segments')}
      text={t(
        '看两三个人群有多少人重合；每一块都能存成静态人群。',
        'How two or three segments overlap; every part can be kept as a list.',
      )}
      back={{ to: '/admin/segments', label: t('人群', 'Segments') }}
    >
      <Panel>
        <div className="by-row by-wrap" style={{ gap: 12 }}>
          {slots.map((id, at) => (
            <span key={id ?? `empty${at}`} style={{ flex: '1 1 220px', maxWidth: 360 }}>
              <SegmentPicker
                typeId={at > 0 ? first.data?.typeId : undefined}
                value={id}
                onChange={value => put(at, value ?? null)}
              />
            </span>
          ))}
        </div>
      </Panel>
      {chosen.length < 2 ? (
        <Panel>
          <EmptyState
            title={t('请选择至少两个人群', 'Choose at least two segments')}
            text={t('选好后马上算出每一块有多少人。', 'The parts are counted at once.')}
          />
        </Panel>
      ) : (
        <Compared key={chosen.join()} segmentIds={chosen} />
      )}
    </Page>
  )
}

function Compared({ segmentIds }: { segmentIds: number[] }) {
  const overlap = useCall('segments.overlap', { segmentIds })
  const [saving, setSaving] = useState<Sets | null>(null)
  return (
    <Loaded of={overlap}>
      {data => (
        <div className="by-grid">
          <div className="span-7 by-stack">
            <Panel title={t('重合情况', 'Overlap')} extra={<span className="by-small by-soft">{dateTime(data.at)}</span>}>
              <VennPicture segments={data.segments} parts={data.parts} label={wordsOf(data)} />
              <Legend of={data} />
              {data.segments.length === 3 && (
                <span className="by-small by-soft">
                  {t(
                    '三个人群的图只表示关系，面积不代表人数；人数以数字为准。',
                    'With three, areas do not stand for sizes: read the numbers.',
                  )}
                </span>
              )}
            </Panel>
          </div>
          <div className="span-5 by-stack">
            <Parts of={data} onSave={setSaving} />
          </div>
          {saving && <SaveDialog sets={saving} onClose={() => setSaving(null)} />}
        </div>
      )}
    </Loaded>
  )
}

function Legend({ of: { segments } }: { of: Overlap }) {
  const colors = seriesOf(usePalette())
  return (
    <div className="by-row by-wrap" style={{ gap: '4px 20px', justifyContent: 'center' }}>
      {segments.map((one, at) => (
        <Link key={one.id} to={`/admin/segments/${one.id}`} className="by-row" style={{ color: 'inherit' }}>
          <span style={{ width: 10, height: 10, borderRadius: 5, background: colors[at], flex: 'none' }} />
          {one.name} <b className="by-num">{number(one.count)}</b>
        </Link>
      ))}
    </div>
  )
}

function Parts({ of, onSave }: { of: Overlap; onSave: (sets: Sets) => void }) {
  const may = useMay()
  const ids = of.segments.map(one => one.id)
  const all = of.parts.reduce((sum, part) => sum + part.count, 0)
  const whole: Sets = {
    inside: ids,
    match: 'any',
    outside: [],
    title: t('合在一起', 'All together'),
    count: all,
  }
  const list: Sets[] = [
    ...of.parts.map(part => ({
      inside: part.inside,
      match: 'all' as const,
      outside: part.outside,
      title: partName(of, part),
      count: part.count,
    })),
    whole,
  ]
  return (
    <Panel title={t('每一块', 'The parts')} isFlush>
      <div className="by-chart-table" style={{ padding: 12 }}>
        <table>
          <thead>
            <tr>
              <th style={{ textAlign: 'left' }}>{t('谁', 'Who')}</th>
              <th>{t('数量', 'Size')}</th>
              <th>{t('占比', 'Share')}</th>
              <th aria-label={t('操作', 'Actions')} />
            </tr>
          </thead>
          <tbody>
            {list.map(sets => (
              <tr key={`${sets.match}${sets.inside}`}>
                <td style={{ textAlign: 'left', whiteSpace: 'normal' }}>{sets.title}</td>
                <td>{number(sets.count)}</td>
                <td>{all > 0 ? share(sets.count, all) : '—'}</td>
                <td>
                  {may('segments.combine') && (
                    <Button size="small" disabled={sets.count === 0} onClick={() => onSave(sets)}>
                      {t('存为人群', 'Keep')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function SaveDialog({ sets, onClose }: { sets: Sets; onClose: () => void }) {
  const [name, setName] = useState(sets.title.slice(0, 60))
  const combine = useCommand('segments.combine')
  const run = useRun()
  const navigate = useNavigate()
  const save = () =>
    run(
      async () => {
        const { inside, match, outside } = sets
        const made = await combine.mutateAsync({ name: name.trim(), inside, match, outside })
        navigate(`/admin/segments/${made.id}`)
      },
      t('已存为静态人群', 'Kept as a static segment'),
    )
  return (
    <Modal
      open
      title={t('存为静态人群', 'Keep as a static segment')}
      onCancel={onClose}
      onOk={save}
      okText={t('存为人群', 'Keep')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: name.trim() === '', loading: combine.isPending }}
    >
      <div className="by-stack-s">
        <Input value={name} maxLength={60} onChange={event => setName(event.target.value)} aria-label={t('人群名称', 'Name')} />
        <span className="by-small by-soft">
          {t(
            `现在大约 ${number(sets.count)} 个；存好以后不会自己变化。`,
            `About ${number(sets.count)} now; it never changes by itself.`,
          )}
        </span>
      </div>
    </Modal>
  )
}

const nameIn = (of: Overlap, id: number) => of.segments.find(one => one.id === id)?.name ?? String(id)

function partName(of: Overlap, { inside }: { inside: number[] }): string {
  const names = inside.map(id => nameIn(of, id))
  if (names.length === of.segments.length) return t(`都在：${names.join('、')}`, `In all: ${names.join(', ')}`)
  return t(`只在 ${names.join('、')}`, `Only in ${names.join(' and ')}`)
}

const wordsOf = (of: Overlap) => of.parts.map(part => `${partName(of, part)}: ${part.count}`).join('; ')
