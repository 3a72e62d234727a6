import { App, AutoComplete, ColorPicker, Form, Input, Modal, Switch } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import type { Tag } from './tags-page.tsx'

type Fields = { name: string; groupName: string; color: string | null; isExclusive: boolean }

export function TagEditor({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const tags = useCall('tags.list', { pageSize: 200 })
  const create = useCommand('tags.create')
  const update = useCommand('tags.update', { refreshes: ['tags.', 'people.', 'profiles.'] })
  const groups = [...new Set((tags.data?.items ?? []).map(one => one.groupName).filter(Boolean))]
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      if (tag) await update.mutateAsync({ tagId: tag.id, ...fields })
      else await create.mutateAsync(fields)
      message.success(tag ? t('已保存', 'Saved') : t('已创建', 'Created'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={tag ? t('修改标签', 'Edit the tag') : t('新建标签', 'New tag')}
      okText={tag ? t('保存', 'Save') : t('创建', 'Create')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={tag ?? { name: '', groupName: '', color: '#1F7A4D', isExclusive: false }}
      >
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={30} showCount autoFocus />
        </Form.Item>
        <Form.Item name="groupName" label={t('分组', 'Group')}>
          <AutoComplete
            maxLength={30}
            options={groups.map(value => ({ value }))}
            placeholder={t('例如：肤质', 'For example: skin')}
          />
        </Form.Item>
        <Form.Item name="color" label={t('颜色', 'Colour')} getValueFromEvent={color => color.toHexString().slice(0, 7)}>
          <ColorPicker
            disabledAlpha
            presets={[{ label: t('常用', 'Usual'), colors: ['#1F7A4D', '#3F6FB5', '#C77700', '#7A5BA6', '#4F9DA6', '#C8372D'] }]}
          />
        </Form.Item>
        <Form.Item
          name="isExclusive"
          label={t('同组只能有一个', 'Only one of its group')}
          valuePropName="checked"
          extra={t('打上这个，会取下同组的其他标签', 'Putting it on takes the others of its group off')}
        >
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  )
}
