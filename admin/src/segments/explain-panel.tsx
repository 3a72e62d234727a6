import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons'
import type { ExplainNode as Node } from '@banyan/shared'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { PersonPicker } from '../parts/pickers.tsx'
import { Loaded } from '../parts/states.tsx'
import type { ClientGroup } from '../selection/types.ts'

/** 为什么: any person, every condition, true or not at this moment. */
export function ExplainPanel({ rule, segmentId, isReady }: { rule?: ClientGroup; segmentId?: number; isReady: boolean }) {
  const [personId, setPersonId] = useState<number | null>(null)
  const explain = useCall(
    'segments.explain',
    { personId: personId ?? 0, ...(segmentId ? { segmentId } : { rule }) },
    { enabled: isReady && Boolean(personId), retry: false },
  )
  return (
    <Panel title={t('为什么', 'Why')}>
      <div className="by-stack-s">
        <PersonPicker value={personId} onChange={next => setPersonId(next ?? null)} />
        {!personId && (
          <span className="by-small by-soft">
            {t('贴一位客户进来，看他为什么在、或不在这个人群里。', 'Paste a person to see why he is in or not.')}
          </span>
        )}
        {personId && isReady && (
          <Loaded of={explain}>
            {data => (
              <div className="by-stack-s">
                <b className={data.isIn ? 'by-green' : 'by-red'}>
                  {data.isIn
                    ? t('他在这个人群里', 'He is in')
                    : data.isInPopulation
                      ? t('他不在这个人群里', 'He is not in')
                      : t('他不在您能看到的品牌里', 'He is outside your brands')}
                </b>
                <ul className="by-explain">
                  <Line node={data.tree as Node} />
                </ul>
              </div>
            )}
          </Loaded>
        )}
      </div>
    </Panel>
  )
}

function Line({ node }: { node: Node }) {
  return (
    <li>
      {node.isTrue ? (
        <CheckCircleFilled className="by-green" style={{ marginTop: 4 }} aria-label={t('满足', 'true')} />
      ) : (
        <CloseCircleFilled className="by-red" style={{ marginTop: 4 }} aria-label={t('不满足', 'false')} />
      )}
      <div className="by-grow">
        <span>{node.text}</span>
        {node.rules.length > 0 && (
          <ul className="by-explain">
            {node.rules.map((child, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the tree comes whole and never reorders
              <Line key={index} node={child} />
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
