import './sign-in.css'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { queryClient, useCommand } from '../api/hooks.ts'
import { keepBrand, keepToken } from '../api/session.ts'
import { currentLocale, setLocale, t } from '../i18n.ts'

export function SignInPage() {
  const signIn = useCommand('auth.signIn', { refreshes: [] })
  const [error, setError] = useState<string | null>(null)
  const submit = async (input: { username: string; password: string }) => {
    setError(null)
    try {
      const { token } = await signIn.mutateAsync(input)
      keepToken(token)
      keepBrand(null)
      queryClient.clear()
      location.assign(pathAfter())
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <div className="by-signin">
      <aside className="by-signin-art">
        <Tree />
        <div className="by-row by-strong" style={{ fontSize: 18, position: 'relative' }}>
          <img src={`${import.meta.env.BASE_URL}banyan.svg`} alt="" width={30} height={30} /> {t('榕树 Banyan', 'Banyan')}
        </div>
        <div className="by-signin-words">
          <h1>{t('许多根须，长成一棵树。', 'Many roots make one tree.')}</h1>
          <p>
            {t(
              '手机号、openid、unionid、企业微信好友……认成同一位客户，在对的时候说对的话。',
              'Phone, openid, unionid, WeCom contact: one person, and the right word at the right time.',
            )}
          </p>
        </div>
        <small>{t('开源 · 自托管 · 数据归您自己', 'Open source · self-hosted · your data stays yours')}</small>
      </aside>
      <section className="by-signin-form">
        <h2>{t('登录管理后台', 'Sign in')}</h2>
        <p className="by-soft" style={{ marginBottom: 24 }}>
          {t('使用管理员为您开通的账号。', 'With the account your administrator gave you.')}
        </p>
        <Form layout="vertical" requiredMark={false} onFinish={submit} disabled={signIn.isPending}>
          {error && <Alert type="error" showIcon title={error} style={{ marginBottom: 16 }} />}
          <Form.Item
            name="username"
            label={t('账号', 'User name')}
            rules={[{ required: true, message: t('请填写账号', 'Enter your user name') }]}
          >
            <Input size="large" autoFocus autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('密码', 'Password')}
            rules={[{ required: true, message: t('请填写密码', 'Enter your password') }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
            {t('登录', 'Sign in')}
          </Button>
        </Form>
        <div style={{ marginTop: 20, textAlign: 'center' }}>
          <Button type="link" size="small" onClick={() => setLocale(currentLocale() === 'zh' ? 'en' : 'zh')}>
            {currentLocale() === 'zh' ? 'English' : '中文'}
          </Button>
        </div>
      </section>
    </div>
  )
}

/** Only addresses of this admin: a foreign `from` must not send anybody away. */
function pathAfter(): string {
  const from = new URLSearchParams(location.search).get('from') ?? location.pathname + location.search
  return /^\/admin(\/|\?|$)/.test(from) && !from.startsWith('/admin/sign-in') ? from : '/admin/'
}

function Tree() {
  const roots = [120, 160, 190, 214, 238, 262, 290, 326, 366]
  return (
    <svg viewBox="0 0 480 420" fill="none" aria-hidden>
      <g stroke="#2B6B4F" strokeWidth="5" strokeLinecap="round">
        {roots.map((x, index) => (
          <path
            key={x}
            d={`M${x} ${150 + Math.abs(index - 4) * 4} C ${x} 240, ${x + (x - 240) * 0.28} 300, ${x + (x - 240) * 0.42} 430`}
          />
        ))}
      </g>
      <g fill="#1F7A4D">
        <ellipse cx="240" cy="112" rx="148" ry="62" />
        <ellipse cx="150" cy="130" rx="92" ry="42" opacity="0.9" />
        <ellipse cx="334" cy="130" rx="98" ry="44" opacity="0.9" />
        <ellipse cx="240" cy="72" rx="92" ry="44" fill="#2C8C5C" />
      </g>
    </svg>
  )
}
