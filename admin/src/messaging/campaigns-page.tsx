import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Link } from 'react-router'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { useSayOutcome } from '../parts/each-outcome.tsx'
import { List } from '../parts/list/list.tsx'
import type { Bulk, Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { type Campaign, CampaignPill, campaignStatusName, channelName, PurposePill } from './words.tsx'

/** Nothing has left yet, or more would leave. */
const UNDOABLE: Campaign['status'][] = ['scheduled', 'holding', 'listening']

export function CampaignsPage() {
  const may = useMay()
  const confirm = useConfirm()
  const remove = useCommand('campaigns.remove')
  const removeMany = useCommand('campaigns.removeMany')
  const undoMany = useCommand('campaigns.undoMany')
  const say = useSayOutcome()
  const bulk: Bulk<Campaign>[] = [
    ...(may('campaigns.undoMany')
      ? [
          {
            label: t('撤销发送', 'Take back'),
            verb: t('撤销发送', 'Take back'),
            isDanger: true,
            isAllowed: (row: Campaign) => UNDOABLE.includes(row.status),
            consequence: (rows: Campaign[]) =>
              t(
                `这 ${number(rows.length)} 个还没有发出的群发不再发送；正在监听的不再给新进入的人发。`,
                `These ${number(rows.length)} are not sent; those that listen stop sending to who enters.`,
              ),
            run: async (rows: Campaign[]) =>
              say(await undoMany.mutateAsync({ campaignIds: rows.map(row => row.id) }), count =>
                t(`已撤销 ${count} 个群发`, `${count} taken back`),
              ),
          },
        ]
      : []),
    ...(may('campaigns.removeMany')
      ? [
          {
            label: t('删除草稿', 'Remove drafts'),
            verb: t('删除草稿', 'Remove'),
            isDanger: true,
            isAllowed: (row: Campaign) => row.status === 'draft',
            consequence: (rows: Campaign[]) =>
              t(
                `这 ${number(rows.length)} 份草稿还没有发给任何人，删除后不能恢复。`,
                `Nobody has got these ${number(rows.length)}; they cannot be brought back.`,
              ),
            run: async (rows: Campaign[]) =>
              say(await removeMany.mutateAsync({ campaignIds: rows.map(row => row.id) }), count =>
                t(`已删除 ${count} 份草稿`, `${count} drafts removed`),
              ),
          },
        ]
      : []),
  ]
  const create = may('campaigns.create') && (
    <Link to="/admin/messages/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t('新建群发', 'New campaign')}
      </Button>
    </Link>
  )
  const columns: Column<Campaign>[] = [
    {
      key: 'name',
      title: t('群发', 'Campaign'),
      sort: 'name',
      text: row => row.name,
      render: row => (
        <Link
          to={row.status === 'draft' ? `/admin/messages/${row.id}/edit` : `/admin/messages/${row.id}`}
          className="by-stack-xs"
          style={{ color: 'inherit' }}
        >
          <span className="by-strong">{row.name}</span>
          <span className="by-small by-soft">
            {[row.templateTitle, row.segmentName ?? (row.status === 'draft' && t('未选人群', 'No segment'))]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </Link>
      ),
    },
    {
      key: 'channel',
      title: t('渠道', 'Channel'),
      text: row => channelName(row.channel),
      render: row => (
        <span className="by-row">
          {channelName(row.channel)} <PurposePill purpose={row.purpose} />
        </span>
      ),
    },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => campaignStatusName(row.status),
      render: row => <CampaignPill status={row.status} />,
    },
    {
      key: 'audience',
      title: t('人群', 'Audience'),
      align: 'right',
      text: row => row.counts.audience,
      render: row => number(row.counts.audience),
    },
    {
      key: 'sent',
      title: t('已发送', 'Sent'),
      align: 'right',
      text: row => row.counts.sent,
      render: row => number(row.counts.sent),
    },
    {
      key: 'delivered',
      title: t('送达', 'Delivered'),
      align: 'right',
      text: row => row.counts.delivered,
      render: row => (
        <span>
          {number(row.counts.delivered)} <span className="by-small by-soft">{share(row.counts.delivered, row.counts.sent)}</span>
        </span>
      ),
    },
    {
      key: 'clicked',
      title: t('点击', 'Clicked'),
      align: 'right',
      text: row => row.counts.clicked,
      render: row => number(row.counts.clicked),
    },
    {
      key: 'failed',
      title: t('失败', 'Failed'),
      align: 'right',
      text: row => row.counts.failed,
      render: row => <span className={row.counts.failed ? 'by-red' : ''}>{number(row.counts.failed)}</span>,
    },
    {
      key: 'startedAt',
      sort: 'startedAt',
      title: t('发送时间', 'Started'),
      text: row => dateTime(row.startedAt ?? row.sendAt),
      render: row => <Time at={row.startedAt ?? row.sendAt} />,
    },
    { key: 'createdBy', title: t('创建人', 'By'), isExtra: true, text: row => row.createdBy },
  ]
  return (
    <Page
      title={t('消息群发', 'Campaigns')}
      text={t(
        '发给一个人群，或在客户进入人群时自动发。营销内容不能走服务号模板消息。',
        'To a segment now, or to each person who enters it. Offers may not go by template message.',
      )}
      actions={create}
    >
      <List
        name="campaigns.list"
        rowKey={row => row.id}
        to={row => (row.status === 'draft' ? `/admin/messages/${row.id}/edit` : `/admin/messages/${row.id}`)}
        columns={columns}
        searchHint={t('群发名称', 'Name')}
        exportName={t('群发', 'campaigns')}
        refetchMs={10_000}
        bulk={bulk}
        filters={[
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['draft', 'scheduled', 'holding', 'sending', 'listening', 'done', 'cancelled', 'failed'] as const).map(
              value => ({ value, label: campaignStatusName(value) }),
            ),
          },
          {
            key: 'channel',
            label: t('渠道', 'Channel'),
            options: (['subscribe', 'template'] as const).map(value => ({ value, label: channelName(value) })),
          },
          {
            key: 'trigger',
            label: t('方式', 'Trigger'),
            options: [
              { value: 'once', label: t('一次性', 'Once') },
              { value: 'onEnter', label: t('进入人群即发', 'On entering') },
            ],
          },
        ]}
        rowActions={row =>
          row.status === 'draft' &&
          may('campaigns.remove') && (
            <Button
              size="small"
              type="text"
              danger
              onClick={() =>
                confirm({
                  title: t(`删除草稿「${row.name}」？`, `Remove the draft ${row.name}?`),
                  consequence: t('草稿还没有发给任何人，删除后不能恢复。', 'Nobody has got it; it cannot be brought back.'),
                  verb: t('删除草稿', 'Remove'),
                  isDanger: true,
                  run: () => remove.mutateAsync({ campaignId: row.id }),
                })
              }
            >
              {t('删除', 'Remove')}
            </Button>
          )
        }
        empty={
          <EmptyState
            title={t('还没有群发', 'No campaigns yet')}
            text={t(
              '先选人群和模板；发送前会告诉您能发到多少人、其余的为什么发不到。',
              'Choose people and a template; before sending you see how many can be reached, and why not the rest.',
            )}
            action={create}
          />
        }
      />
    </Page>
  )
}
