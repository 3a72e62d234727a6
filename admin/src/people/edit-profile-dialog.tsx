import { App, DatePicker, Form, Input, Modal, Radio } from 'antd'
import dayjs from 'dayjs'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import type { Profile } from './types.ts'
import { genderName } from './words.ts'

type Fields = { name?: string; gender: 'male' | 'female' | 'unknown'; birthday?: string; city?: string; country?: string }

export function EditProfileDialog({ profile: { person }, onClose }: { profile: Profile; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const update = useCommand('people.update', { refreshes: ['people.', 'profiles.', 'identity.'] })
  const submit = async () => {
    const fields = await form.validateFields()
    const profile = Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null && value !== ''))
    try {
      await update.mutateAsync({ personId: person.id, profile })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t('修改资料', 'Edit profile')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={update.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          name: person.name ?? '',
          gender: person.gender,
          birthday: person.birthday ?? undefined,
          city: person.city ?? '',
          country: person.country ?? '',
        }}
      >
        <Form.Item name="name" label={t('姓名', 'Name')}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="gender" label={t('性别', 'Gender')}>
          <Radio.Group
            options={['female', 'male', 'unknown'].map(value => ({ value, label: genderName(value) ?? t('未知', 'Unknown') }))}
          />
        </Form.Item>
        <Form.Item
          name="birthday"
          label={t('生日', 'Birthday')}
          getValueProps={(value?: string) => ({ value: value ? dayjs(value) : null })}
          getValueFromEvent={(day: dayjs.Dayjs | null) => day?.format('YYYY-MM-DD')}
        >
          <DatePicker style={{ width: '100%' }} disabledDate={day => day.isAfter(dayjs())} />
        </Form.Item>
        <Form.Item name="city" label={t('城市', 'City')}>
          <Input maxLength={60} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
