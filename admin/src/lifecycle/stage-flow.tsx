import { Fragment } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { number, share } from '../format.ts'
import { t } from '../i18n.ts'

type Lifecycle = Output<'lifecycle.get'>
type Matrix = Output<'lifecycle.matrix'>

/** The stages in their order with how many are in each, and between neighbours how many this month took over, there and back. */
export function StageFlow({ lifecycle, matrix }: { lifecycle: Lifecycle; matrix: Matrix | undefined }) {
  const { stages } = lifecycle
  const total = stages.reduce((sum, stage) => sum + stage.count, 0)
  const moved = (from: number, to: number) =>
    matrix ? number(matrix.cells.find(cell => cell.from === from && cell.to === to)?.count ?? 0) : '…'
  return (
    <div className="by-flow">
      {stages.map((stage, at) => {
        const next = stages[at + 1]
        return (
          <Fragment key={stage.id}>
            <Link className="by-flow-stage" to={`/admin/people?stageId=${stage.id}`} style={{ borderTopColor: stage.color }}>
              <span className="by-soft">{stage.name}</span>
              <b>{number(stage.count)}</b>
              <span className="by-small by-soft">{share(stage.count, total)}</span>
            </Link>
            {next && (
              <span
                className="by-flow-arrow"
                title={t(
                  `本月从「${stage.name}」到「${next.name}」，和反过来`,
                  `This month from “${stage.name}” to “${next.name}”, and back`,
                )}
              >
                <span>→ {moved(stage.id, next.id)}</span>
                <span className="by-faint">← {moved(next.id, stage.id)}</span>
              </span>
            )}
          </Fragment>
        )
      })}
    </div>
  )
}
