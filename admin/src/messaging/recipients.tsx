import { Link } from 'react-router'
import { dateTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import { EmptyState } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import { messageStatusName, messageTone } from './words.tsx'

export function Recipients({ campaignId, reasons }: { campaignId: number; reasons: { reason: string; text: string }[] }) {
  return (
    <List
      name="campaigns.recipients"
      prefix="r_"
      rowKey={row => row.messageId}
      input={{ campaignId }}
      refetchMs={10_000}
      searchHint={t('收件人姓名或手机号', 'Recipient')}
      exportName={t('收件明细', 'recipients')}
      head={
        <div className="by-panel-head">
          <h2>{t('收件明细', 'Recipients')}</h2>
        </div>
      }
      filters={[
        {
          key: 'status',
          label: t('结果', 'Outcome'),
          options: (['waiting', 'sent', 'delivered', 'failed', 'skipped', 'unknown'] as const).map(value => ({
            value,
            label: messageStatusName(value),
          })),
        },
        { key: 'reason', label: t('原因', 'Reason'), options: reasons.map(one => ({ value: one.reason, label: one.text })) },
      ]}
      columns={[
        {
          key: 'person',
          title: t('客户', 'Person'),
          text: row => personName(row.personName),
          render: row => <Link to={`/admin/people/${row.personId}`}>{personName(row.personName)}</Link>,
        },
        { key: 'phone', title: t('手机', 'Phone'), text: row => row.phoneMasked },
        {
          key: 'status',
          sort: 'status',
          title: t('结果', 'Outcome'),
          text: row => messageStatusName(row.status),
          render: row => <Pill tone={messageTone[row.status]}>{messageStatusName(row.status)}</Pill>,
        },
        {
          key: 'reason',
          title: t('原因', 'Reason'),
          text: row => row.reasonText,
          render: row =>
            row.reasonText ? (
              <span>
                {row.reasonText} {row.platformCode ? <code className="by-faint">{row.platformCode}</code> : null}
              </span>
            ) : (
              <span className="by-faint">—</span>
            ),
        },
        {
          key: 'sentAt',
          sort: 'sentAt',
          title: t('发送', 'Sent'),
          text: row => dateTime(row.sentAt),
          render: row => <Time at={row.sentAt} />,
        },
        {
          key: 'deliveredAt',
          sort: 'deliveredAt',
          title: t('送达', 'Delivered'),
          text: row => dateTime(row.deliveredAt),
          render: row => <Time at={row.deliveredAt} />,
        },
        {
          key: 'clickedAt',
          sort: 'clickedAt',
          title: t('点击', 'Clicked'),
          text: row => dateTime(row.clickedAt),
          render: row => <Time at={row.clickedAt} />,
        },
      ]}
      empty={
        <EmptyState
          title={t('还没有收件人', 'No recipients yet')}
          text={t('开始发送后，每个人的结果和原因都在这里。', 'Everybody’s outcome is listed once it starts.')}
        />
      }
    />
  )
}
