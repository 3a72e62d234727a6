import { App, Modal, Radio } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { MergePreview } from '../identity/merge-preview.tsx'
import { PersonPicker } from '../parts/pickers.tsx'
import { Loaded } from '../parts/states.tsx'

/** Joins this person with another by hand, after a dry run that names everything that moves. */
export function MergeDialog({ personId, onClose }: { personId: number; onClose: () => void }) {
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [otherId, setOtherId] = useState<number | null>(null)
  const [survivorId, setSurvivorId] = useState(personId)
  const look = useCommand('identity.merge', { refreshes: [] })
  const merge = useCommand('identity.merge', { refreshes: ['identity.', 'profiles.', 'people.', 'reviews.'] })
  const { mutate } = look
  useEffect(() => {
    if (otherId && otherId !== personId) mutate({ personIds: [personId, otherId], survivorId, isDryRun: true })
  }, [mutate, personId, otherId, survivorId])

  const run = async () => {
    if (!otherId) return
    try {
      const answer = await merge.mutateAsync({ personIds: [personId, otherId], survivorId })
      message.success(t('已合并；任何时候都可以拆分', 'Merged; it can be undone at any time'))
      onClose()
      navigate(`/admin/people/${answer.personId}`)
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      width={680}
      title={t('与另一位客户合并', 'Merge with another person')}
      okText={t('合并', 'Merge')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: !look.data || otherId === personId, loading: merge.isPending }}
      onOk={run}
      onCancel={onClose}
    >
      <div className="by-stack">
        <PersonPicker value={otherId} onChange={next => setOtherId(next ?? null)} />
        {otherId && (
          <Radio.Group
            value={survivorId}
            onChange={event => setSurvivorId(event.target.value)}
            options={[
              { value: personId, label: t('保留当前客户的编号', 'Keep this person’s id') },
              { value: otherId, label: t('保留另一位的编号', 'Keep the other’s id') },
            ]}
          />
        )}
        {otherId && (
          <Loaded of={{ ...look, refetch: () => mutate({ personIds: [personId, otherId], survivorId, isDryRun: true }) }}>
            {data => <MergePreview preview={data.preview} />}
          </Loaded>
        )}
      </div>
    </Modal>
  )
}
