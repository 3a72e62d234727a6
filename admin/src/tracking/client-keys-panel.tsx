import { PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Output, Input as Sent } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { KeyState, NewKeyDialog, RevokeKey } from '../parts/access-keys.tsx'
import { Time } from '../parts/bits.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

type ClientKey = Output<'clientKeys.list'>[number]

/** Keys with which web pages and apps send tracks. */
export function ClientKeysPanel() {
  const may = useMay()
  const { brands } = useMe()
  const keys = useCall('clientKeys.list', {})
  const revoke = useCommand('clientKeys.revoke', { refreshes: ['clientKeys.'] })
  const [isOpen, setOpen] = useState(false)
  const create = may('clientKeys.create') && (
    <Button icon={<PlusOutlined />} onClick={() => setOpen(true)}>
      {t('新建客户端密钥', 'New client key')}
    </Button>
  )
  return (
    <Panel isFlush title={t('客户端密钥', 'Client keys')} extra={create}>
      <Loaded of={keys}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('还没有客户端密钥', 'No client keys yet')}
              text={t(
                '网页和 App 用它上报浏览与点击；它是公开的，只能上报标为「允许客户端上报」的行为。',
                'Pages and apps send views and clicks with it; it is public, so only tracks marked for clients are taken.',
              )}
            />
          ) : (
            <Sheet<ClientKey>
              rowKey="id"
              dataSource={items}
              columns={[
                { title: t('名称', 'Name'), render: (_v, one) => <b>{one.name}</b> },
                { title: t('密钥', 'Key'), render: (_v, one) => <code className="by-faint">{one.prefix}…</code> },
                {
                  title: t('品牌', 'Brand'),
                  render: (_v, one) => brands.find(brand => brand.id === one.brandId)?.name ?? one.brandId,
                },
                { title: 'AppID', render: (_v, one) => (one.appId ? <code>{one.appId}</code> : '—') },
                {
                  title: t('状态', 'Status'),
                  render: (_v, one) => <KeyState revokedAt={one.revokedAt} />,
                },
                { title: t('最近使用', 'Last used'), render: (_v, one) => <Time at={one.lastUsedAt} /> },
                {
                  title: '',
                  align: 'right',
                  render: (_v, one) =>
                    !one.revokedAt &&
                    may('clientKeys.revoke') && (
                      <RevokeKey
                        name={one.name}
                        consequence={t(
                          '用它的网页和 App 会立刻无法上报，不能恢复。',
                          'Pages and apps that use it stop being heard at once, for good.',
                        )}
                        revoke={() => revoke.mutateAsync({ clientKeyId: one.id })}
                      />
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {isOpen && <KeyDialog onClose={() => setOpen(false)} />}
    </Panel>
  )
}

function KeyDialog({ onClose }: { onClose: () => void }) {
  const { brands } = useMe()
  const create = useCommand('clientKeys.create', { refreshes: ['clientKeys.'] })
  const made = create.data && `<script async src="${location.origin}/sdk/tracks.js" data-key="${create.data.key}"></script>`
  return (
    <NewKeyDialog<Sent<'clientKeys.create'>>
      title={t('新建客户端密钥', 'New client key')}
      initialValues={{ appId: '', brandId: brands[0]?.id }}
      namePlaceholder={t('例如：品牌官网', 'For example: the web site')}
      create={fields => create.mutateAsync(fields)}
      made={made}
      madeHint={t('只显示这一次；请放进网页或 App 里', 'Shown this once: put it into the page or the app')}
      madeNote={t(
        '访客同意隐私政策后调用 banyan.allow(true)，此前什么也不收集。',
        'Call banyan.allow(true) once the visitor agreed to the privacy policy; nothing is collected before.',
      )}
      onClose={onClose}
    >
      <Form.Item
        name="brandId"
        label={t('品牌', 'Brand')}
        rules={[{ required: true, message: t('请选择品牌', 'Choose a brand') }]}
      >
        <Select options={brands.map(brand => ({ value: brand.id, label: brand.name }))} />
      </Form.Item>
      <Form.Item
        name="appId"
        label={t('小程序或公众号的 AppID（可选）', 'AppID of a mini program or account (optional)')}
        extra={t(
          '填写后可以用这个应用的 OpenID 上报；留空只认设备。',
          'With it OpenIDs of this app are taken; without, devices only.',
        )}
      >
        <Input maxLength={64} placeholder="wx…" />
      </Form.Item>
    </NewKeyDialog>
  )
}
