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
        <div className="by-row by-strong" style={{ fontSize: 18 }}>
          <img src={`${import.meta.env.BASE_URL}banyan.svg`} alt="" width={30} height={30} /> {t('榕树 Banyan', 'Banyan')}
        </div>
        <div className="by-signin-words">
          <h1>{t('许多根须，长成一棵树。', 'Many roots make one tree.')}</h1>
          <p>
            {t(
              '手机号、OpenID、UnionID、企业微信好友……认成同一位客户，在对的时候说对的话。',
              'Phone, OpenID, UnionID, WeCom contact: one person, and the right word at the right time.',
            )}
          </p>
        </div>
        <Tree />
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

/** Crown, trunk, and the roots that come down from the branches: each reaches the ground by itself. */
function Tree() {
  const roots = [78, 112, 150, 186, 226, 262, 378, 414, 454, 490, 528, 562]
  const leaves: [x: number, y: number, r: number, tone: string][] = [
    [92, 128, 58, '#1B6A43'],
    [548, 128, 58, '#1B6A43'],
    [170, 104, 74, '#1F7A4D'],
    [470, 104, 74, '#1F7A4D'],
    [262, 84, 78, '#23854F'],
    [380, 84, 78, '#23854F'],
    [320, 66, 62, '#2C8C5C'],
  ]
  return (
    <svg viewBox="0 0 640 330" preserveAspectRatio="xMidYMax meet" fill="none" aria-hidden>
      <path
        d="M292 150 C 298 220, 292 280, 262 330 L 378 330 C 348 280, 342 220, 348 150 Z M 280 150 C 240 170, 200 160, 150 150 L 150 140 L 490 140 L 490 150 C 440 160, 400 170, 360 150 Z"
        fill="#245C45"
      />
      <g stroke="#2B6B4F" strokeLinecap="round">
        {roots.map((x, index) => {
          const top = 140 + ((index * 7) % 3) * 6
          const foot = x + (x < 320 ? -1 : 1) * (6 + ((index * 5) % 4) * 3)
          return <path key={x} strokeWidth={index % 3 === 1 ? 6 : 3.5} d={`M${x} ${top} C ${x} 220, ${foot} 260, ${foot} 330`} />
        })}
      </g>
      {leaves.map(([x, y, r, tone]) => (
        <circle key={x} cx={x} cy={y} r={r} fill={tone} />
      ))}
    </svg>
  )
}
