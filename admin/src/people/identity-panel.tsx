import { Button, Popover, Segmented } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { date, exactTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { IdentityTree } from './identity-tree.tsx'
import type { Graph } from './types.ts'
import { UnmergeDialog } from './unmerge-dialog.tsx'

/** Why these records are one person: the roots, and every decision that joined or parted them. */
export function IdentityPanel({ personId }: { personId: number }) {
  const graph = useCall('identity.graph', { personId })
  const [view, setView] = useState<'tree' | 'decisions'>('tree')
  return (
    <Panel
      title={t('身份', 'Identity')}
      extra={
        <Segmented
          size="small"
          value={view}
          onChange={setView}
          options={[
            { value: 'tree', label: t('图谱', 'Graph') },
            { value: 'decisions', label: t('合并依据', 'Why') },
          ]}
        />
      }
    >
      <Loaded of={graph}>{data => (view === 'tree' ? <IdentityTree graph={data} /> : <Decisions graph={data} />)}</Loaded>
    </Panel>
  )
}

function Decisions({ graph }: { graph: Graph }) {
  const may = useMay()
  const [undoing, setUndoing] = useState<number | null>(null)
  if (graph.decisions.length === 0) return <span className="by-soft">{t('还没有任何身份变更', 'No decisions yet')}</span>
  return (
    <div className="by-stack-s">
      {graph.decisions.map(decision => (
        <div key={decision.id} style={{ borderLeft: '2px solid var(--by-line)', paddingLeft: 10 }}>
          <div style={{ overflowWrap: 'anywhere' }}>{decision.text}</div>
          <div className="by-row by-small by-soft by-wrap">
            <Time at={decision.at} />
            <span>{decision.actorName}</span>
            {decision.canUndo && decision.mergeId && may('identity.unmerge') && (
              <Button
                size="small"
                type="link"
                danger
                style={{ padding: 0, height: 'auto' }}
                onClick={() => setUndoing(decision.mergeId)}
              >
                {t('拆分', 'Undo')}
              </Button>
            )}
          </div>
        </div>
      ))}
      {graph.neverLinkedTo.length > 0 && (
        <div className="by-small by-soft">
          {t('已判定不是同一人：', 'Decided to be somebody else: ')}
          {graph.neverLinkedTo.map(id => (
            <Link key={id} to={`/admin/people/${id}`} style={{ marginRight: 8 }}>
              #{id}
            </Link>
          ))}
        </div>
      )}
      {undoing && <UnmergeDialog mergeId={undoing} onClose={() => setUndoing(null)} />}
    </div>
  )
}

export function SeenAt({ first, last }: { first: string; last: string }) {
  return (
    <Popover
      content={
        <span>
          {t(`首次 ${exactTime(first)}，最近 ${exactTime(last)}`, `First ${exactTime(first)}, last ${exactTime(last)}`)}
        </span>
      }
    >
      <span className="by-small by-faint by-nowrap">{date(first)}</span>
    </Popover>
  )
}
