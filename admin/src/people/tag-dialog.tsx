import { App, Modal } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { TagPicker } from '../parts/pickers.tsx'

/** Puts one tag on people, and offers to take it off again at once. */
export function TagDialog({ personIds, onClose }: { personIds: number[]; onClose: () => void }) {
  const { message } = App.useApp()
  const [tagId, setTagId] = useState<number | null>(null)
  const put = useCommand('tags.put', { refreshes: ['people.', 'profiles.', 'tags.'] })
  const submit = async () => {
    if (!tagId) return
    try {
      await put.mutateAsync({ personIds, tagId })
      message.success(t(`已为 ${number(personIds.length)} 位客户打上标签`, `${number(personIds.length)} people tagged`))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t(`为 ${number(personIds.length)} 位客户打标签`, `Tag ${number(personIds.length)} people`)}
      okText={t('打上标签', 'Put on')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: !tagId, loading: put.isPending }}
      onOk={submit}
      onCancel={onClose}
    >
      <TagPicker value={tagId} onChange={next => setTagId(next ?? null)} />
    </Modal>
  )
}
