import { PlusOutlined } from '@ant-design/icons'
import { MessagePurpose } from '@banyan/shared'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Hint } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { TemplateEditor } from './template-editor.tsx'
import { channelName, PurposePill, purposeText, type Template } from './words.tsx'

type Credit = Output<'subscriptions.credits'>['items'][number]

export function MessageTemplatesPage() {
  const may = useMay()
  const run = useRun()
  const confirm = useConfirm()
  const [editing, setEditing] = useState<Template | 'new' | null>(null)
  const update = useCommand('messageTemplates.update')
  const remove = useCommand('messageTemplates.remove')
  const create = may('messageTemplates.create') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('登记模板', 'Register a template')}
    </Button>
  )
  const columns: Column<Template>[] = [
    {
      key: 'title',
      sort: 'title',
      title: t('模板', 'Template'),
      text: row => row.title,
      render: row => (
        <span className="by-stack-xs">
          <b>{row.title}</b>
          <code className="by-faint">{row.templateId}</code>
        </span>
      ),
    },
    {
      key: 'channel',
      sort: 'channel',
      title: t('渠道', 'Channel'),
      text: row => channelName(row.channel),
      render: row => (
        <span className="by-row">
          {channelName(row.channel)} <PurposePill purpose={row.purpose} />
        </span>
      ),
    },
    { key: 'connection', title: t('账号', 'Account'), text: row => row.connectionName },
    {
      key: 'fields',
      title: t('字段', 'Fields'),
      isWide: true,
      text: row => row.fields.map(field => field.label).join('、'),
      render: row => (
        <span className="by-small by-soft">{row.fields.map(field => `${field.label}(${field.maxLength})`).join(' · ')}</span>
      ),
    },
    {
      key: 'isActive',
      title: t('启用', 'On'),
      text: row => (row.isActive ? t('是', 'yes') : t('否', 'no')),
      render: row => (
        <Switch
          size="small"
          checked={row.isActive}
          disabled={!may('messageTemplates.update')}
          onChange={isActive => run(() => update.mutateAsync({ id: row.id, isActive }))}
          aria-label={t('启用', 'Active')}
        />
      ),
    },
    { key: 'createdAt', sort: 'createdAt', title: t('登记', 'Registered'), isExtra: true, text: row => dateTime(row.createdAt) },
  ]
  return (
    <Page
      title={t('消息模板', 'Message templates')}
      text={t(
        '在微信后台申请到的模板，登记进来才能用；每个字段的长度按平台限制计数。',
        'Register here the templates that WeChat gave you; each field is counted as the platform counts.',
      )}
      actions={create}
    >
      <Credits />
      <List
        name="messageTemplates.list"
        rowKey={row => row.id}
        columns={columns}
        searchHint={t('模板标题或编号', 'Title or id')}
        exportName={t('消息模板', 'templates')}
        filters={[
          {
            key: 'channel',
            label: t('渠道', 'Channel'),
            options: (['subscribe', 'template'] as const).map(value => ({ value, label: channelName(value) })),
          },
          {
            key: 'purpose',
            label: t('用途', 'Purpose'),
            options: MessagePurpose.options.map(value => ({ value, label: purposeText(value) })),
          },
        ]}
        rowActions={row => (
          <>
            {may('messageTemplates.update') && (
              <Button size="small" type="text" onClick={() => setEditing(row)}>
                {t('修改', 'Edit')}
              </Button>
            )}
            {may('messageTemplates.remove') && !row.isUsed && (
              <Button
                size="small"
                type="text"
                danger
                onClick={() =>
                  confirm({
                    title: t(`删除模板「${row.title}」？`, `Remove ${row.title}?`),
                    consequence: t(
                      '没有群发或通知在用它。微信后台的模板不受影响。',
                      'Nothing uses it. The template on WeChat stays.',
                    ),
                    verb: t('删除', 'Remove'),
                    isDanger: true,
                    run: () => remove.mutateAsync({ id: row.id }),
                  })
                }
              >
                {t('删除', 'Remove')}
              </Button>
            )}
          </>
        )}
        empty={
          <EmptyState
            title={t('还没有模板', 'No templates yet')}
            text={t('到小程序或服务号后台复制模板编号和字段，登记到这里。', 'Copy the id and fields from the WeChat console.')}
            action={create}
          />
        }
      />
      {editing && <TemplateEditor template={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}

/** No API of the platform tells the balance: this is our own ledger of taps. */
function Credits() {
  const credits = useCall('subscriptions.credits', {})
  if (!credits.data?.items.length) return null
  return (
    <Panel
      title={
        <>
          {t('订阅额度', 'Subscribe credits')}{' '}
          <Hint
            text={t(
              '客户每点一次“允许”得一次额度，发一条用一次。平台不提供余额接口，这是按弹窗结果记的账。',
              'One tap, one credit, one send. The platform tells no balance: this is our ledger of taps.',
            )}
          />
        </>
      }
      isFlush
    >
      <Sheet<Credit>
        rowKey="templateId"
        dataSource={credits.data.items}
        columns={[
          { title: t('模板', 'Template'), render: (_v, one) => one.title },
          { title: t('有额度的人', 'People'), align: 'right', render: (_v, one) => number(one.people) },
          { title: t('额度', 'Credits'), align: 'right', render: (_v, one) => number(one.credits) },
          { title: t('30 天新增', 'Given, 30 d'), align: 'right', render: (_v, one) => number(one.given30Days) },
          { title: t('30 天用掉', 'Used, 30 d'), align: 'right', render: (_v, one) => number(one.used30Days) },
        ]}
      />
    </Panel>
  )
}
