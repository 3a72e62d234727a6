import { App, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { TagPicker } from '../parts/pickers.tsx'

/** Puts one tag on people, and offers to take it off again at once. */
export function TagDialog({ personIds, onClose }: { personIds: number[]; onClose: () => void }) {
  const { message } = App.useApp()
  const [tagId, setTagId] = useState<number | null>(null)
  const [value, setValue] = useState<string | number | null>(null)
  const tags = useCall('tags.list', { kind: 'manual', pageSize: 200 })
  const tag = tags.data?.items.find(one => one.id === tagId)
  const saysNothing = !tag || tag.valueKind === 'plain'
  const isWhole = tagId !== null && (saysNothing || (value !== null && value !== ''))
  const choose = (next: number | null) => {
    setTagId(next)
    setValue(null)
  }
  const put = useCommand('tags.put', { refreshes: ['people.', 'profiles.', 'tags.'] })
  const submit = async () => {
    if (!tagId) return
    try {
      await put.mutateAsync({ personIds, tagId, ...(value === null ? {} : { value }) })
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
      okButtonProps={{ disabled: !isWhole, loading: put.isPending }}
      onOk={submit}
      onCancel={onClose}
    >
      <div className="by-stack-s">
        <TagPicker isByHand value={tagId} onChange={next => choose(next ?? null)} />
        {tag?.valueKind === 'choice' && (
          <Select
            style={{ width: '100%' }}
            value={value}
            placeholder={t('选择值', 'Choose its value')}
            options={tag.choices.map(choice => ({ value: choice, label: choice }))}
            onChange={setValue}
          />
        )}
        {tag?.valueKind === 'number' && (
          <InputNumber style={{ width: '100%' }} value={value} placeholder={t('数值', 'A number')} onChange={setValue} />
        )}
        {tag?.valueKind === 'text' && (
          <Input
            value={value ?? ''}
            maxLength={100}
            placeholder={t('内容', 'What it says')}
            onChange={event => setValue(event.target.value)}
          />
        )}
      </div>
    </Modal>
  )
}
