import { PlusOutlined } from '@ant-design/icons'
import { Alert, App, Button, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay, useMe, useNames } from '../app/me.ts'
import { t } from '../i18n.ts'
import { CopyButton, Pill, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { Page } from '../parts/page.tsx'
import { StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { PermissionPicker } from './permission-picker.tsx'
import { TillRulesPanel } from './till-rules-panel.tsx'

type ApiKey = Output<'apiKeys.list'>['items'][number]

export function ApiKeysPage() {
  const may = useMay()
  const confirm = useConfirm()
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
          { key: 'name', title: t('名称', 'Name'), text: row => row.name, render: row => <b>{row.name}</b> },
          { key: 'prefix', title: t('密钥', 'Key'), text: row => row.prefix, render: row => <code>{row.prefix}…</code> },
          {
            key: 'scopes',
            title: t('权限', 'Scopes'),
            text: row => row.scopes.join(' '),
            render: row => (
              <span className="by-small by-soft">
                {row.scopes.slice(0, 4).join('、')}
                {row.scopes.length > 4 && ` +${row.scopes.length - 4}`}
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
            text: row => (row.revokedAt ? t('已吊销', 'Revoked') : t('有效', 'Active')),
            render: row => (
              <Pill tone={row.revokedAt ? 'plain' : 'good'}>{row.revokedAt ? t('已吊销', 'Revoked') : t('有效', 'Active')}</Pill>
            ),
          },
          {
            key: 'lastUsedAt',
            title: t('最近使用', 'Last used'),
            text: row => row.lastUsedAt,
            render: row => <Time at={row.lastUsedAt} />,
          },
          {
            key: 'createdAt',
            title: t('创建', 'Created'),
            text: row => row.createdAt,
            render: row => <Time at={row.createdAt} />,
          },
        ]}
        rowActions={row =>
          !row.revokedAt &&
          may('apiKeys.revoke') && (
            <Button
              size="small"
              type="text"
              danger
              onClick={() =>
                confirm({
                  title: t(`吊销「${row.name}」？`, `Revoke ${row.name}?`),
                  consequence: t(
                    '用它的系统会立刻失去访问，不能恢复；需要时请新建一个。',
                    'Systems that use it lose access at once, for good.',
                  ),
                  verb: t('吊销', 'Revoke'),
                  isDanger: true,
                  run: () => revoke.mutateAsync({ apiKeyId: row.id }),
                })
              }
            >
              {t('吊销', 'Revoke')}
            </Button>
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
  const { message } = App.useApp()
  const { brands } = useMe()
  const [form] = Form.useForm<{ name: string; scopes: string[]; brandIds: number[]; storeId?: number }>()
  const create = useCommand('apiKeys.create')
  const submit = async () => {
    const { brandIds, storeId, ...rest } = await form.validateFields()
    try {
      await create.mutateAsync({ ...rest, brandIds: brandIds?.length ? brandIds : null, storeId: storeId ?? null })
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  if (create.data)
    return (
      <Modal
        open
        title={t('密钥已生成', 'The key is made')}
        onCancel={onClose}
        footer={
          <Button type="primary" onClick={onClose}>
            {t('我已保存', 'I have kept it')}
          </Button>
        }
        mask={{ closable: false }}
        closable={false}
      >
        <Alert
          type="warning"
          showIcon
          title={t('只显示这一次，请立刻保存到安全的地方', 'Shown this once: keep it somewhere safe')}
          style={{ marginBottom: 12 }}
        />
        <div className="by-row">
          <code style={{ overflowWrap: 'anywhere', fontSize: 13 }} className="by-grow">
            {create.data.secret}
          </code>
          <CopyButton text={create.data.secret} label={t('复制', 'Copy')} />
        </div>
      </Modal>
    )
  return (
    <Modal
      open
      width={640}
      title={t('新建 API 密钥', 'New API key')}
      okText={t('生成密钥', 'Make the key')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ scopes: [], brandIds: [] }}>
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={64} placeholder={t('例如：收银系统', 'For example: POS')} />
        </Form.Item>
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
      </Form>
    </Modal>
  )
}
