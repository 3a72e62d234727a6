import { many } from '@banyan/shared'
import { App, Input, InputNumber, Modal, Segmented, Select } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { TagPicker } from '../parts/pickers.tsx'

const REFRESHES = { refreshes: ['people.', 'profiles.', 'tags.', 'members.'] }

/** Puts one tag on people, or takes it off them. */
export function TagDialog(props: { personIds: number[]; onDone?: () => void; onClose: () => void }) {
  const { personIds, onDone, onClose } = props
  const may = useMay()
  const { message } = App.useApp()
  const [tagId, setTagId] = useState<number | null>(null)
  const [value, setValue] = useState<string | number | null>(null)
  const tags = useCall('tags.list', { kind: 'manual', pageSize: 200 })
  const tag = tags.data?.items.find(one => one.id === tagId)
  const saysNothing = !tag || tag.valueKind === 'plain'
  const [isTaking, setTaking] = useState(false)
  const isWhole = tagId !== null && (isTaking || saysNothing || (value !== null && value !== ''))
  const choose = (next: number | null) => {
    setTagId(next)
    setValue(null)
  }
  const put = useCommand('tags.put', REFRESHES)
  const take = useCommand('tags.take', REFRESHES)
  const submit = async () => {
    if (!tagId) return
    try {
      const { count } = isTaking
        ? await take.mutateAsync({ personIds, tagId })
        : await put.mutateAsync({ personIds, tagId, ...(value === null ? {} : { value }) })
      message.success(
        isTaking
          ? t(`已从 ${number(count)} 位客户身上取下`, `Taken off ${many(count, 'person', 'people')}`)
          : t(`已为 ${number(count)} 位客户打上标签`, `${many(count, 'person', 'people')} tagged`),
      )
      onDone?.()
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={
        isTaking
          ? t(`取下 ${number(personIds.length)} 位客户的标签`, `Take a tag off ${many(personIds.length, 'person', 'people')}`)
          : t(`为 ${number(personIds.length)} 位客户打标签`, `Tag ${many(personIds.length, 'person', 'people')}`)
      }
      okText={isTaking ? t('取下标签', 'Take off') : t('打上标签', 'Put on')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: !isWhole, danger: isTaking, loading: put.isPending || take.isPending }}
      onOk={submit}
      onCancel={onClose}
    >
      <div className="by-stack-s">
        {may('tags.take') && (
          <div>
            <Segmented
              value={isTaking ? 'take' : 'put'}
              onChange={next => setTaking(next === 'take')}
              options={[
                { value: 'put', label: t('打上', 'Put on') },
                { value: 'take', label: t('取下', 'Take off') },
              ]}
            />
          </div>
        )}
        <TagPicker isByHand value={tagId} onChange={next => choose(next ?? null)} />
        {!isTaking && tag?.valueKind === 'choice' && (
          <Select
            style={{ width: '100%' }}
            value={value}
            placeholder={t('选择值', 'Choose its value')}
            options={tag.choices.map(choice => ({ value: choice, label: choice }))}
            onChange={setValue}
          />
        )}
        {!isTaking && tag?.valueKind === 'number' && (
          <InputNumber style={{ width: '100%' }} value={value} placeholder={t('数值', 'A number')} onChange={setValue} />
        )}
        {!isTaking && tag?.valueKind === 'text' && (
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
