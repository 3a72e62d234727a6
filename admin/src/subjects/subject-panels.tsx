import './subjects.css'
import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { date } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { RelateDialog } from './relate-dialog.tsx'
import { PERSON, reachSentence, type Subject, type SubjectType, wordOf } from './words.ts'

type SubjectRelation = Subject['relations'][number]
type Reached = Output<'subjects.reach'>[number]

/** Whom it belongs to, with role and period; what has ended stays below. */
export function RelationsPanel({ subject, type, types }: { subject: Subject; type: SubjectType; types: SubjectType[] }) {
  const may = useMay()
  const [isRelating, setRelating] = useState(false)
  return (
    <Panel
      title={t('关系', 'Relations')}
      extra={
        may('subjects.relate') &&
        type.relations.length > 0 && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setRelating(true)}>
            {t('建立关系', 'Relate')}
          </Button>
        )
      }
    >
      {subject.relations.length === 0 && (
        <span className="by-soft">
          {type.relations.length === 0
            ? t('这个类型没有定义关系。', 'This type has no relations.')
            : t('还没有关系。建立后，消息才到得了人。', 'None yet. Messages need one to reach somebody.')}
        </span>
      )}
      <ul className="by-list is-bare">
        {subject.relations.map(relation => (
          <RelationLine key={relation.id} relation={relation} title={subject.title} types={types} />
        ))}
      </ul>
      {isRelating && <RelateDialog subject={subject} type={type} types={types} onClose={() => setRelating(false)} />}
    </Panel>
  )
}

function RelationLine({ relation, title, types }: { relation: SubjectRelation; title: string; types: SubjectType[] }) {
  const may = useMay()
  const confirm = useConfirm()
  const unrelate = useCommand('subjects.unrelate', { refreshes: ['subjects.', 'profiles.'] })
  const { relationName, role, toName, since, until } = relation
  return (
    <li className="by-row by-between by-wrap" style={{ opacity: until ? 0.6 : 1 }}>
      <span className="by-row by-wrap">
        <Pill isDotted={false} tone={until ? 'plain' : 'good'}>
          {relationName}
          {role && ` · ${role}`}
        </Pill>
        {relation.toId === null ? (
          <span className="by-soft">{toName}</span>
        ) : (
          <Link to={pathTo(relation.toType, relation.toId, types)}>{toName}</Link>
        )}
      </span>
      <span className="by-row by-small by-soft by-num">
        {date(since)} – {until ? date(until) : t('至今', 'now')}
        {!until && may('subjects.unrelate') && (
          <Button
            size="small"
            type="text"
            onClick={() =>
              confirm({
                title: t(`结束 ${toName} 的「${relationName}」？`, `End ${toName} as ${relationName}?`),
                consequence: t(
                  `之后 ${title} 的消息不再到 ${toName}；这段关系留在记录里。`,
                  `Messages about ${title} no longer reach ${toName}; the record keeps that it was.`,
                ),
                verb: t('结束关系', 'End it'),
                isDanger: true,
                run: () => unrelate.mutateAsync({ relationId: relation.id }),
              })
            }
          >
            {t('结束', 'End')}
          </Button>
        )}
      </span>
    </li>
  )
}

/** Things whose relations lead here. */
export function RelatedByPanel({ subject, types }: { subject: Subject; types: SubjectType[] }) {
  if (subject.relatedBy.length === 0) return null
  return (
    <Panel title={t('指向这里的', 'What leads here')}>
      <ul className="by-list is-bare">
        {subject.relatedBy.map(one => (
          <li key={`${one.subjectId}:${one.relation}`} className="by-row by-wrap">
            <Link to={pathTo(one.typeKey, one.subjectId, types)}>{one.title}</Link>
            <span className="by-small by-soft">
              {one.relation}
              {one.role && ` · ${one.role}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Who is reached when this one is, and by which step; or why nobody is. */
export function ReachPanel({ subject, type }: { subject: Subject; type: SubjectType }) {
  const may = useMay()
  const isAllowed = may('subjects.reach')
  const reach = useCall('subjects.reach', { subjectIds: [subject.id] }, { enabled: isAllowed })
  if (!isAllowed) return null
  return (
    <Panel title={t('触达谁', 'Who is reached')}>
      <div className="by-stack-s">
        <Loaded of={reach}>{([answer]) => (answer ? <Contacts answer={answer} /> : null)}</Loaded>
        <span className="by-small by-soft">{reachSentence(type.reach, type.attributes, type.relations)}</span>
      </div>
    </Panel>
  )
}

function Contacts({ answer }: { answer: Reached }) {
  if (answer.contacts.length === 0)
    return (
      <b className="by-amber">
        {answer.why === 'noSteps'
          ? t('这个类型没有指定联系谁', 'The type names nobody to reach')
          : t('现在没有可联系的人', 'Nobody can be reached now')}
      </b>
    )
  return (
    <>
      {answer.contacts.map(contact => {
        const name = contact.name ?? contact.phoneMasked ?? t('未留姓名', 'No name')
        return (
          <div key={`${contact.personId}:${contact.phoneMasked}:${contact.via}`} className="by-row by-wrap">
            <b>{contact.personId ? <Link to={`/admin/people/${contact.personId}`}>{name}</Link> : name}</b>
            {contact.name && contact.phoneMasked && <span className="by-num by-soft">{contact.phoneMasked}</span>}
            <span className="by-small by-soft">{t(`通过${contact.via}`, `by ${contact.via}`)}</span>
          </div>
        )
      })}
    </>
  )
}

/** The page of a person, or of a thing of a type. */
export function pathTo(typeKey: string, id: number, types: readonly SubjectType[]): string {
  if (typeKey === PERSON) return `/admin/people/${id}`
  const type = types.find(one => one.key === typeKey)
  return type ? `/admin/subjects/${type.id}/${id}` : '/admin/subjects'
}

/** 他的车辆、房屋: things that lead to a person. Nothing is shown when there are none. */
export function ThingsOfPerson({ personId }: { personId: number }) {
  const may = useMay()
  const isAllowed = may('subjects.ofPerson')
  const things = useCall('subjects.ofPerson', { personId }, { enabled: isAllowed })
  const types = useCall('subjectTypes.list', {}, { enabled: isAllowed && (things.data?.length ?? 0) > 0, staleTime: 60_000 })
  if (!things.data?.length) return null
  const kinds = [...new Set(things.data.map(one => one.typeId))]
  return (
    <>
      {kinds.map(typeId => {
        const type = types.data?.find(one => one.id === typeId)
        return (
          <Panel key={typeId} title={type ? t(`他的${type.zh}`, `His ${wordOf(type)}`) : '…'}>
            <ul className="by-list is-bare">
              {things.data
                .filter(one => one.typeId === typeId)
                .map(one => (
                  <li key={`${one.id}:${one.relation}:${one.role}`} className="by-row by-between">
                    <Link to={`/admin/subjects/${typeId}/${one.id}`}>{one.title || `#${one.id}`}</Link>
                    <span className="by-small by-soft">
                      {one.relation}
                      {one.role && ` · ${one.role}`}
                    </span>
                  </li>
                ))}
            </ul>
          </Panel>
        )
      })}
    </>
  )
}
