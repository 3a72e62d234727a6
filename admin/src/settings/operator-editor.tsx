import { App, Form, Input, Modal, Select } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { StoresPicker } from '../parts/pickers.tsx'
import type { Operator } from './operators-page.tsx'
import { ScopeInWords } from './scope-in-words.tsx'

type Fields = { username: string; name: string; password?: string; roleIds: number[]; brandIds: number[]; storeIds: number[] }

export function OperatorEditor({ operator, onClose }: { operator: Operator | null; onClose: () => void }) {
  const { message } = App.useApp()
  const { brands } = useMe()
  const [form] = Form.useForm<Fields>()
  const brandIds = Form.useWatch('brandIds', form) ?? []
  const storeIds = Form.useWatch('storeIds', form) ?? []
  const roles = useCall('roles.list', {})
  const create = useCommand('operators.create', { refreshes: ['operators.', 'roles.'] })
  const update = useCommand('operators.update', { refreshes: ['operators.', 'roles.', 'auth.me'] })
  const submit = async () => {
    const { username, password, brandIds, storeIds, ...rest } = await form.validateFields()
    // No brand chosen means all of them: the contract writes that as null.
    const scope = { brandIds: brandIds?.length ? brandIds : null, storeIds: storeIds?.length ? storeIds : null }
    try {
      if (operator) await update.mutateAsync({ operatorId: operator.id, ...rest, ...scope, ...(password ? { password } : {}) })
      else await create.mutateAsync({ username, password: password ?? '', ...rest, ...scope })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={operator ? t('修改操作员', 'Edit the operator') : t('新建操作员', 'New operator')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        autoComplete="off"
        initialValues={
          operator
            ? { ...operator, brandIds: operator.brandIds ?? [], storeIds: operator.storeIds ?? [] }
            : { roleIds: [], brandIds: [], storeIds: [] }
        }
      >
        <Form.Item
          name="username"
          label={t('登录账号', 'User name')}
          rules={[
            {
              required: true,
              pattern: /^[a-z0-9][a-z0-9._@-]{1,63}$/i,
              message: t('字母、数字、. _ @ -，至少 2 位', 'Letters, digits, . _ @ -'),
            },
          ]}
        >
          <Input disabled={Boolean(operator)} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t('姓名', 'Name')} rules={[{ required: true, message: t('请填写姓名', 'Required') }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item
          name="password"
          label={operator ? t('重设密码', 'New password') : t('初始密码', 'Password')}
          extra={t('至少 10 个字符', 'At least 10 characters')}
          rules={[{ required: !operator, min: 10, message: t('至少 10 个字符', 'At least 10 characters') }]}
        >
          <Input.Password autoComplete="new-password" placeholder={operator ? t('留空不改', 'Empty: unchanged') : undefined} />
        </Form.Item>
        <Form.Item
          name="roleIds"
          label={t('角色', 'Roles')}
          rules={[{ required: true, type: 'array', min: 1, message: t('至少一个角色', 'At least one') }]}
        >
          <Select
            mode="multiple"
            loading={roles.isPending}
            options={(roles.data ?? []).map(role => ({ value: role.id, label: role.name }))}
          />
        </Form.Item>
        <Form.Item name="brandIds" label={t('能看哪些品牌', 'Brands')} extra={t('留空为全部', 'All when empty')}>
          <Select
            mode="multiple"
            allowClear
            options={brands.map(brand => ({ value: brand.id, label: brand.name }))}
            placeholder={t('全部品牌', 'All brands')}
          />
        </Form.Item>
        <Form.Item
          name="storeIds"
          label={t('能看哪些门店', 'Stores')}
          extra={t('留空为这些品牌的全部门店', 'All stores of these brands when empty')}
        >
          <StoresPicker brandIds={brandIds} />
        </Form.Item>
        <ScopeInWords brandIds={brandIds} storeIds={storeIds} />
      </Form>
    </Modal>
  )
}
