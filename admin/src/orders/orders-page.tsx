import { UploadOutlined } from '@ant-design/icons'
import { Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { Link } from 'react-router'
import { useMay, useNames } from '../app/me.ts'
import { dateTime, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { endOfDay, startOfDay } from '../parts/fields.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { PersonPicker, StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { usePeopleBulk } from '../people/people-bulk.tsx'
import { personName } from '../people/words.ts'
import { type Order, orderSourceName, orderStatusName, orderTone } from './words.tsx'

export function OrdersPage() {
  const may = useMay()
  const { storeName } = useNames()
  const { bulk, dialogs } = usePeopleBulk<Order>(row => row.personId)
  const columns: Column<Order>[] = [
    {
      key: 'orderNo',
      title: t('订单', 'Order'),
      text: row => row.orderNo,
      render: row => (
        <Link to={`/admin/orders/${row.id}`} className="by-stack-xs" style={{ color: 'inherit' }}>
          <code>{row.orderNo}</code>
          <span className="by-small by-soft by-clip" style={{ maxWidth: 260 }}>
            {row.summary}
          </span>
        </Link>
      ),
    },
    {
      key: 'person',
      title: t('客户', 'Person'),
      text: row => (row.personId ? personName(row.personName) : ''),
      render: row =>
        row.personId ? (
          <Link to={`/admin/people/${row.personId}`}>{personName(row.personName)}</Link>
        ) : (
          <span className="by-faint">{t('散客', 'Unknown')}</span>
        ),
    },
    { key: 'store', title: t('门店', 'Store'), text: row => row.storeName },
    {
      key: 'amountFen',
      title: t('实付', 'Paid'),
      align: 'right',
      sort: 'amountFen',
      text: row => row.amountFen / 100,
      render: row => (
        <span>
          {money(row.amountFen)}
          {row.currency !== 'CNY' && <span className="by-small by-faint"> {row.currency}</span>}
        </span>
      ),
    },
    {
      key: 'refundedFen',
      title: t('已退', 'Refunded'),
      align: 'right',
      text: row => row.refundedFen / 100,
      render: row =>
        row.refundedFen ? <span className="by-red">{money(row.refundedFen)}</span> : <span className="by-faint">—</span>,
    },
    {
      key: 'points',
      title: t('积分', 'Points'),
      align: 'right',
      text: row => row.pointsEarned - row.pointsClawedBack,
      render: row => (
        <span className="by-num">
          +{number(row.pointsEarned)}
          {row.pointsClawedBack > 0 && <span className="by-red"> −{number(row.pointsClawedBack)}</span>}
        </span>
      ),
    },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => orderStatusName(row.status),
      render: row => <Pill tone={orderTone[row.status]}>{orderStatusName(row.status)}</Pill>,
    },
    { key: 'source', title: t('来源', 'Source'), text: row => orderSourceName(row.source) },
    {
      key: 'paidAt',
      title: t('支付时间', 'Paid at'),
      sort: 'paidAt',
      text: row => dateTime(row.paidAt),
      render: row => <Time at={row.paidAt} />,
    },
  ]
  return (
    <Page
      title={t('订单', 'Orders')}
      text={t(
        '店员录入、接口推送和文件导入的购买；积分、等级和券的变化都从这里来。',
        'From staff, the API and files; points, tiers and coupons follow from them.',
      )}
      actions={
        may('imports.list') && (
          <Link to="/admin/imports/new?kind=orders">
            <Button icon={<UploadOutlined />}>{t('导入订单', 'Import')}</Button>
          </Link>
        )
      }
    >
      <List
        name="orders.list"
        rowKey={row => row.id}
        to={row => `/admin/orders/${row.id}`}
        columns={columns}
        searchHint={t('订单号、客户姓名或手机号', 'Order number, buyer or phone')}
        exportName={t('订单', 'orders')}
        bulk={bulk}
        filters={[
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['paid', 'partlyRefunded', 'refunded', 'cancelled'] as const).map(value => ({
              value,
              label: orderStatusName(value),
            })),
          },
          {
            key: 'storeId',
            label: t('门店', 'Store'),
            render: (value, set) => (
              <StorePicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
            ),
            chip: value => storeName(Number(value)),
            toInput: value => ({ storeId: Number(value) }),
          },
          {
            key: 'source',
            label: t('来源', 'Source'),
            options: (['staff', 'api', 'import', 'online', 'sample'] as const).map(value => ({
              value,
              label: orderSourceName(value),
            })),
          },
          {
            key: 'personId',
            label: t('客户', 'Person'),
            render: (value, set) => (
              <PersonPicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
            ),
            chip: value => `#${value}`,
            toInput: value => ({ personId: Number(value) }),
          },
          {
            key: 'days',
            label: t('支付时间', 'Paid'),
            render: (value, set) => {
              const [from, to] = value?.split('~') ?? []
              return (
                <DatePicker.RangePicker
                  value={from && to ? [dayjs(from), dayjs(to)] : null}
                  onChange={next =>
                    set(next?.[0] && next[1] ? `${next[0].format('YYYY-MM-DD')}~${next[1].format('YYYY-MM-DD')}` : undefined)
                  }
                />
              )
            },
            chip: value => value.replace('~', ' – '),
            toInput: value => {
              const [from, to] = value.split('~')
              return { ...(from ? { from: startOfDay(from) } : {}), ...(to ? { to: endOfDay(to) } : {}) }
            },
          },
        ]}
        empty={
          <EmptyState
            title={t('还没有订单', 'No orders yet')}
            text={t('店员可以在侧边栏录入，也可以把历史订单文件导进来。', 'Staff record them in the sidebar, or import a file.')}
            action={
              <Link to="/admin/imports/new?kind=orders">
                <Button type="primary">{t('导入订单', 'Import orders')}</Button>
              </Link>
            }
          />
        }
      />
      {dialogs}
    </Page>
  )
}
