import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons'
import type { ExplainNode as Node } from '@banyan/shared'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { PersonPicker, SubjectPicker } from '../parts/pickers.tsx'
import { Loaded } from '../parts/states.tsx'
import type { ClientGroup } from '../selection/types.ts'

/** 为什么: any person or thing, every condition, true or not at this moment. */
export function ExplainPanel({
  rule,
  segmentId,
  typeId,
  isReady,
}: {
  rule?: ClientGroup
  segmentId?: number
  /** Of what it is a selection; null for people. */
  typeId: number | null
  isReady: boolean
}) {
  const [personId, setPersonId] = useState<number | null>(null)
  const explain = useCall(
    'segments.explain',
    { personId: personId ?? 0, ...(segmentId ? { segmentId } : { rule }), ...(typeId ? { typeId } : {}) },
    { enabled: isReady && Boolean(personId), retry: false },
  )
  return (
    <Panel title={t('为什么', 'Why')}>
      <div className="by-stack-s">
        {typeId === null ? (
          <PersonPicker value={personId} onChange={next => setPersonId(next ?? null)} />
        ) : (
          <SubjectPicker typeId={typeId} value={personId} onChange={setPersonId} />
        )}
        {!personId && (
          <span className="by-small by-soft">
            {typeId === null
              ? t('贴一位客户进来，看他为什么在、或不在这个人群里。', 'Paste a person to see why he is in or not.')
              : t('选一个进来，看它为什么在、或不在这个人群里。', 'Choose one to see why it is in or not.')}
          </span>
        )}
        {personId && isReady && (
          <Loaded of={explain}>
            {data => (
              <div className="by-stack-s">
                <b className={data.isIn ? 'by-green' : 'by-red'}>
                  {data.isIn
                    ? t('在这个人群里', 'Is in')
                    : data.isInPopulation
                      ? t('不在这个人群里', 'Is not in')
                      : t('不在您能看到的品牌里', 'Is outside your brands')}
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
