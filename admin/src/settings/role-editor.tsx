import { App, Button, Drawer, Form, Input, Switch } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { PermissionPicker } from './permission-picker.tsx'
import type { Role } from './roles-page.tsx'

type Fields = { name: string; permissions: string[]; mayReveal: boolean }

export function RoleEditor({ role, onClose }: { role: Role | null; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const create = useCommand('roles.create')
  const update = useCommand('roles.update', { refreshes: ['roles.', 'auth.me'] })
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      if (role) await update.mutateAsync({ roleId: role.id, ...fields })
      else await create.mutateAsync(fields)
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Drawer
      open
      size={620}
      title={role ? t('修改角色', 'Edit the role') : t('新建角色', 'New role')}
      onClose={onClose}
      extra={
        <Button type="primary" onClick={submit} loading={create.isPending || update.isPending}>
          {t('保存', 'Save')}
        </Button>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={role ?? { name: '', permissions: [], mayReveal: false }}
      >
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item
          name="mayReveal"
          label={t('可以查看完整手机号和 OpenID', 'May see phones and OpenIDs in clear')}
          valuePropName="checked"
          extra={t('每次查看都会记入审计', 'Each look is audited')}
        >
          <Switch />
        </Form.Item>
        <Form.Item name="permissions" label={t('能做什么', 'What he may do')}>
          <PermissionPicker access="operator" />
        </Form.Item>
      </Form>
    </Drawer>
  )
}
