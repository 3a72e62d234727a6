import './subjects.css'
import { DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { SubjectDrawer } from './subject-drawer.tsx'
import { ReachPanel, RelatedByPanel, RelationsPanel } from './subject-panels.tsx'
import { SubjectTimeline } from './subject-timeline.tsx'
import { removalWords } from './subjects-page.tsx'
import { Value } from './value.tsx'
import { type Subject, type SubjectType, wordOf } from './words.ts'

/** One thing: what it is, whose it is, who is reached for it, and what happened with it. */
export function SubjectPage() {
  const { typeId, subjectId } = useParams()
  const types = useCall('subjectTypes.list', {})
  const subject = useCall('subjects.get', { subjectId: Number(subjectId) })
  const type = types.data?.find(one => one.id === Number(typeId))
  return (
    <Page
      title={subject.data ? subject.data.title || `#${subject.data.id}` : t('业务主体', 'Subject')}
      text={
        subject.data && (
          <>
            {t('更新于', 'Changed')} <Time at={subject.data.updatedAt} />
          </>
        )
      }
      back={{ to: `/admin/subjects/${typeId}`, label: type ? wordOf(type) : t('业务主体', 'Subjects') }}
      actions={subject.data && type && <Actions subject={subject.data} type={type} />}
    >
      <Loaded of={subject} skeleton={<Skeleton active paragraph={{ rows: 8 }} />}>
        {data =>
          type && (
            <div className="by-subject-grid">
              <div className="by-stack">
                <Panel title={t('属性', 'Attributes')}>
                  <Facts
                    items={type.attributes.map(attribute => [
                      wordOf(attribute),
                      <Value key={attribute.key} attribute={attribute} value={data.values[attribute.key]} />,
                    ])}
                  />
                </Panel>
                <ReachPanel subject={data} type={type} />
              </div>
              <div className="by-stack">
                <RelationsPanel subject={data} type={type} types={types.data ?? []} />
                <RelatedByPanel subject={data} types={types.data ?? []} />
                <SubjectTimeline subjectId={data.id} />
              </div>
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function Actions({ subject, type }: { subject: Subject; type: SubjectType }) {
  const may = useMay()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const [isEditing, setEditing] = useState(false)
  const remove = useCommand('subjects.remove', { refreshes: ['subjects.list', 'subjectTypes.'] })
  return (
    <>
      {may('subjects.remove') && (
        <Button
          icon={<DeleteOutlined />}
          onClick={() =>
            confirm({
              title: t(`删除 ${subject.title}？`, `Remove ${subject.title}?`),
              consequence: removalWords(type, 1),
              verb: t('删除', 'Remove'),
              isDanger: true,
              run: async () => {
                await remove.mutateAsync({ subjectIds: [subject.id] })
                navigate(`/admin/subjects/${type.id}`)
              },
            })
          }
        >
          {t('删除', 'Remove')}
        </Button>
      )}
      {may('subjects.put') && (
        <Button type="primary" icon={<EditOutlined />} onClick={() => setEditing(true)}>
          {t('修改', 'Edit')}
        </Button>
      )}
      {isEditing && <SubjectDrawer type={type} subject={subject} onClose={() => setEditing(false)} onSaved={() => {}} />}
    </>
  )
}
