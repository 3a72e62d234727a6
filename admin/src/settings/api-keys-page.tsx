import { PlusOutlined } from '@ant-design/icons'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay, useMe, useNames } from '../app/me.ts'
import { t } from '../i18n.ts'
import { KeyState, keyStateName, NewKeyDialog, RevokeKey } from '../parts/access-keys.tsx'
import { Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import { Page } from '../parts/page.tsx'
import { StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { groupsOf } from './endpoint-words.ts'
import { PermissionPicker } from './permission-picker.tsx'
import { TillRulesPanel } from './till-rules-panel.tsx'

type Fields = { name: string; scopes: string[]; brandIds: number[]; storeId?: number }
type ApiKey = Output<'apiKeys.list'>['items'][number]

export function ApiKeysPage() {
  const may = useMay()
  const { brandName } = useNames()
  const [isOpen, setOpen] = useState(false)
  const revoke = useCommand('apiKeys.revoke')
  const create = may('apiKeys.create') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
      {t('新建密钥', 'New key')}
    </Button>
  )
  return (
    <Page
      title={t('API 密钥', 'API keys')}
      text={
        <>
          {t('给 ERP、商城等别的系统用。', 'For other systems.')}{' '}
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {t('查看接口文档', 'API documentation')}
          </a>
        </>
      }
      actions={create}
    >
      <List
        name="apiKeys.list"
        rowKey={(row: ApiKey) => row.id}
        searchHint={t('名称', 'Name')}
        columns={[
          { key: 'name', sort: 'name', title: t('名称', 'Name'), text: row => row.name, render: row => <b>{row.name}</b> },
          { key: 'prefix', title: t('密钥', 'Key'), text: row => row.prefix, render: row => <code>{row.prefix}…</code> },
          {
            key: 'scopes',
            title: t('权限', 'Scopes'),
            text: row => row.scopes.join(' '),
            render: row => (
              <span className="by-small by-soft" title={row.scopes.join('\n')}>
                {groupsOf(row.scopes).slice(0, 4).join(t('、', ', '))}
                {groupsOf(row.scopes).length > 4 && t(` 等 ${row.scopes.length} 项`, ` … ${row.scopes.length}`)}
              </span>
            ),
          },
          {
            key: 'brands',
            title: t('品牌', 'Brands'),
            text: row =>
              (row.brandIds ? row.brandIds.map(brandName).join('、') : t('全部', 'All')) +
              (row.storeId ? t('（限一家门店）', ' (one store)') : ''),
          },
          {
            key: 'state',
            title: t('状态', 'Status'),
            text: row => keyStateName(row.revokedAt),
            render: row => <KeyState revokedAt={row.revokedAt} />,
          },
          {
            key: 'lastUsedAt',
            sort: 'lastUsedAt',
            title: t('最近使用', 'Last used'),
            text: row => row.lastUsedAt,
            render: row => <Time at={row.lastUsedAt} />,
          },
          {
            key: 'createdAt',
            sort: 'createdAt',
            title: t('创建', 'Created'),
            text: row => row.createdAt,
            render: row => <Time at={row.createdAt} />,
          },
        ]}
        rowActions={row =>
          !row.revokedAt &&
          may('apiKeys.revoke') && (
            <RevokeKey
              name={row.name}
              consequence={t(
                '用它的系统会立刻失去访问，不能恢复；需要时请新建一个。',
                'Systems that use it lose access at once, for good.',
              )}
              revoke={() => revoke.mutateAsync({ apiKeyId: row.id })}
            />
          )
        }
        empty={
          <EmptyState
            title={t('还没有密钥', 'No keys yet')}
            text={t('给对接的系统各建一把，只给它需要的权限。', 'One per system, with only what it needs.')}
            action={create}
          />
        }
      />
      {may('settings.get') && <TillRulesPanel />}
      {isOpen && <KeyDialog onClose={() => setOpen(false)} />}
    </Page>
  )
}

function KeyDialog({ onClose }: { onClose: () => void }) {
  const { brands } = useMe()
  const create = useCommand('apiKeys.create')
  return (
    <NewKeyDialog<Fields>
      title={t('新建 API 密钥', 'New API key')}
      width={640}
      initialValues={{ scopes: [], brandIds: [] }}
      namePlaceholder={t('例如：收银系统', 'For example: POS')}
      create={({ brandIds, storeId, ...rest }) =>
        create.mutateAsync({ ...rest, brandIds: brandIds?.length ? brandIds : null, storeId: storeId ?? null })
      }
      made={create.data?.secret}
      madeHint={t('只显示这一次，请立刻保存到安全的地方', 'Shown this once: keep it somewhere safe')}
      onClose={onClose}
    >
      <Form.Item name="brandIds" label={t('品牌', 'Brands')} extra={t('留空为全部', 'All when empty')}>
        <Select mode="multiple" allowClear options={brands.map(brand => ({ value: brand.id, label: brand.name }))} />
      </Form.Item>
      <Form.Item
        name="storeId"
        label={t('只用于一家门店', 'Only for one store')}
        extra={t(
          '收银系统的密钥请选门店：只能记录、退款和核销这家店的订单与券。',
          "For a till: the key records, refunds and redeems only this store's orders and coupons.",
        )}
      >
        <StorePicker placeholder={t('不限门店', 'All stores')} />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={t('能做什么', 'What it may do')}
        rules={[{ required: true, type: 'array', min: 1, message: t('至少一项', 'At least one') }]}
      >
        <PermissionPicker access="apiKey" />
      </Form.Item>
    </NewKeyDialog>
  )
}
