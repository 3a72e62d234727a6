import type { ReactNode } from 'react'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { List } from '../parts/list/list.tsx'
import { EmptyState } from '../parts/states.tsx'

/** The refused rows with their reason; the file of them can be mended and imported again. */
export function Rejects({ importId, extra }: { importId: number; extra: ReactNode }) {
  return (
    <List
      name="imports.rejects"
      prefix="r_"
      rowKey={row => row.line}
      input={{ importId }}
      hasSearch={false}
      head={
        <div className="by-panel-head">
          <h2>{t('被拒绝的行', 'Refused rows')}</h2>
          {extra}
        </div>
      }
      columns={[
        {
          key: 'line',
          title: t('行号', 'Line'),
          width: 90,
          text: row => row.line,
          render: row => t(`第 ${number(row.line)} 行`, `Line ${number(row.line)}`),
        },
        {
          key: 'reason',
          title: t('原因', 'Reason'),
          text: row => row.reason,
          render: row => <span className="by-red">{row.reason}</span>,
        },
        {
          key: 'values',
          title: t('内容', 'Content'),
          text: row => Object.values(row.values).join(' | '),
          render: row => (
            <span
              className="by-small by-soft by-clip"
              style={{ display: 'inline-block', maxWidth: 640 }}
              title={Object.entries(row.values)
                .map(([key, value]) => `${key}: ${value}`)
                .join('\n')}
            >
              {Object.values(row.values).join(' | ')}
            </span>
          ),
        },
      ]}
      empty={<EmptyState title={t('没有被拒绝的行', 'None refused')} />}
    />
  )
}
