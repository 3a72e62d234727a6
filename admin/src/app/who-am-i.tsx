import { LogoutOutlined, TranslationOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { dropToken } from '../api/session.ts'
import { currentLocale, setLocale, t } from '../i18n.ts'
import { PersonMark } from '../parts/bits.tsx'
import { type ModeChoice, useMode } from '../theme/mode.ts'
import { useMe } from './me.ts'

export function WhoAmI() {
  const { operator } = useMe()
  const { choice, setChoice } = useMode()
  const [isPasswordOpen, setPasswordOpen] = useState(false)
  const modes: [ModeChoice, string][] = [
    ['light', t('浅色', 'Light')],
    ['dark', t('深色', 'Dark')],
    ['system', t('跟随系统', 'System')],
  ]
  const leave = async () => {
    // The session ends here even when the server cannot be told.
    await call('auth.signOut', {}).catch(() => undefined)
    dropToken()
    location.assign('/admin/sign-in')
  }
  return (
    <>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          selectedKeys: [`mode:${choice}`, `locale:${currentLocale()}`],
          items: [
            {
              key: 'who',
              disabled: true,
              label: (
                <span className="by-soft">
                  {operator.name} · {operator.roleNames.join('、')}
                </span>
              ),
            },
            { type: 'divider' },
            {
              type: 'group',
              label: t('外观', 'Appearance'),
              children: modes.map(([key, label]) => ({ key: `mode:${key}`, label, onClick: () => setChoice(key) })),
            },
            {
              type: 'group',
              label: t('语言', 'Language'),
              children: [
                { key: 'locale:zh', label: '中文', icon: <TranslationOutlined />, onClick: () => setLocale('zh') },
                { key: 'locale:en', label: 'English', icon: <TranslationOutlined />, onClick: () => setLocale('en') },
              ],
            },
            { type: 'divider' },
            { key: 'password', label: t('修改密码', 'Change password'), onClick: () => setPasswordOpen(true) },
            { key: 'leave', label: t('退出登录', 'Sign out'), icon: <LogoutOutlined />, onClick: leave },
          ],
        }}
      >
        <Button type="text" style={{ paddingInline: 4 }} aria-label={t('我的账号', 'My account')}>
          <PersonMark name={operator.name} size={26} />
        </Button>
      </Dropdown>
      <PasswordDialog isOpen={isPasswordOpen} onClose={() => setPasswordOpen(false)} />
    </>
  )
}

function PasswordDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [form] = Form.useForm<{ oldPassword: string; newPassword: string }>()
  const { message } = App.useApp()
  const change = useCommand('auth.changePassword')
  const submit = async () => {
    const input = await form.validateFields()
    try {
      await change.mutateAsync(input)
      message.success(t('密码已修改，其他设备已退出登录', 'Changed. Your other sessions have ended'))
      form.resetFields()
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open={isOpen}
      onCancel={onClose}
      onOk={submit}
      okText={t('修改密码', 'Change password')}
      cancelText={t('先不', 'Not now')}
      title={t('修改密码', 'Change password')}
      confirmLoading={change.isPending}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" requiredMark={false}>
        <Form.Item
          name="oldPassword"
          label={t('当前密码', 'Current password')}
          rules={[{ required: true, message: t('请填写当前密码', 'Required') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="newPassword"
          label={t('新密码', 'New password')}
          extra={t('至少 10 个字符；长比复杂更安全。', 'At least 10 characters; length beats symbols.')}
          rules={[{ required: true, min: 10, message: t('至少 10 个字符', 'At least 10 characters') }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}
