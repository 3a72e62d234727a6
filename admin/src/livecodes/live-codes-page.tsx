import { PlusOutlined, PrinterOutlined } from '@ant-design/icons'
import { many } from '@banyan/shared'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column, Filter } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { PrintDialog } from './print-dialog.tsx'
import { QrThumb } from './qr.tsx'
import { AlarmPills, kindName, type LiveCode, StatusPill, statusName } from './words.tsx'

export function LiveCodesPage() {
  const may = useMay()
  const [printing, setPrinting] = useState<number[] | null>(null)
  const disable = useCommand('livecodes.disable')
  const enable = useCommand('livecodes.enable')
  const head = useCall('livecodes.list', { pageSize: 1 })
  return (
    <Page
      title={t('渠道活码', 'Live codes')}
      text={t(
        '一张码贴出去，接待员工、欢迎语和优惠券随时能改，不用重印。',
        'Print once; staff, welcome and coupon can change at any time.',
      )}
      mark={
        head.data &&
        head.data.alarmCount > 0 && (
          <Link to="/admin/live-codes?hasAlarm=yes">
            <Pill tone="warn">{t(`${head.data.alarmCount} 个需要处理`, `${head.data.alarmCount} need a hand`)}</Pill>
          </Link>
        )
      }
      actions={
        may('livecodes.create') && (
          <>
            <Link to="/admin/live-codes/new-batch">
              <Button>{t('批量生成', 'In batches')}</Button>
            </Link>
            <Link to="/admin/live-codes/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t('新建活码', 'New live code')}
              </Button>
            </Link>
          </>
        )
      }
    >
      <List
        name="livecodes.list"
        rowKey={row => row.id}
        to={row => `/admin/live-codes/${row.id}`}
        searchHint={t('活码名称、渠道、门店', 'Name, channel, store')}
        columns={columns()}
        filters={useFilters(head.data?.channels ?? [])}
        exportName={t('渠道活码', 'live-codes')}
        bulk={[
          {
            label: t('打印', 'Print'),
            verb: t('选择版式', 'Choose a layout'),
            consequence: rows =>
              t(`把 ${rows.length} 个活码排成一份可打印的文件。`, `Puts ${many(rows.length, 'code')} on one printable sheet.`),
            run: async rows => setPrinting(rows.map(row => row.id)),
          },
          ...(may('livecodes.enable')
            ? [
                {
                  label: t('启用', 'Enable'),
                  verb: t('启用', 'Enable'),
                  isAllowed: (row: LiveCode) => row.status === 'disabled',
                  consequence: (rows: LiveCode[]) =>
                    t(`${rows.length} 个活码会重新接待客户。`, `${many(rows.length, 'code')} will receive customers again.`),
                  run: (rows: LiveCode[]) => enable.mutateAsync({ ids: rows.map(row => row.id) }),
                  done: (n: number) => t(`已启用 ${n} 个活码`, `${n} enabled`),
                },
              ]
            : []),
          ...(may('livecodes.disable')
            ? [
                {
                  label: t('停用', 'Disable'),
                  verb: t('停用', 'Disable'),
                  isDanger: true,
                  isAllowed: (row: LiveCode) => row.status !== 'disabled',
                  consequence: (rows: LiveCode[]) =>
                    t(
                      `已经贴出去的 ${rows.length} 张码扫了将不能加好友；历史数据保留，可以再启用。`,
                      `${rows.length} printed codes stop working; history stays, and they can be enabled again.`,
                    ),
                  run: (rows: LiveCode[]) => disable.mutateAsync({ ids: rows.map(row => row.id) }),
                  done: (n: number) => t(`已停用 ${n} 个活码`, `${n} disabled`),
                },
              ]
            : []),
        ]}
        empty={
          <EmptyState
            title={t('还没有活码', 'No live codes yet')}
            text={t(
              '为一家门店做第一张码：选好接待员工，写一句欢迎语，附上一张入会券。',
              'Make the first one for a store: choose staff, write a welcome, attach a coupon.',
            )}
            action={
              <Link to="/admin/live-codes/new">
                <Button type="primary">{t('新建活码', 'New live code')}</Button>
              </Link>
            }
          />
        }
      />
      {printing && <PrintDialog ids={printing} onClose={() => setPrinting(null)} icon={<PrinterOutlined />} />}
    </Page>
  )
}

function columns(): Column<LiveCode>[] {
  const count = (key: keyof LiveCode['counts'], title: string, isExtra = false): Column<LiveCode> => ({
    key,
    sort: key,
    title,
    align: 'right',
    isExtra,
    text: row => row.counts[key],
    render: row => number(row.counts[key]),
  })
  return [
    {
      key: 'name',
      sort: 'name',
      title: t('活码', 'Live code'),
      text: row => row.name,
      render: row => (
        <Link to={`/admin/live-codes/${row.id}`} className="by-row" style={{ color: 'inherit', gap: 12 }}>
          <QrThumb code={row} size={40} />
          <span className="by-stack-xs">
            <span className="by-strong by-clip" style={{ maxWidth: 220 }}>
              {row.name}
            </span>
            <span className="by-small by-soft">
              {kindName(row.kind)}
              {row.channel && ` · ${row.channel}`}
            </span>
          </span>
        </Link>
      ),
    },
    {
      key: 'store',
      title: t('门店', 'Store'),
      text: row => row.storeName,
      render: row =>
        row.storeName ? (
          <span style={{ display: 'inline-block', maxWidth: 150, whiteSpace: 'normal', verticalAlign: 'middle' }}>
            {row.storeName}
          </span>
        ) : (
          <span className="by-faint">—</span>
        ),
    },
    {
      key: 'staff',
      title: t('接待', 'Staff'),
      isWide: true,
      isExtra: true,
      text: row => row.staff.map(one => one.name).join('、'),
      render: row => (
        <span
          className="by-clip"
          style={{ maxWidth: 140, display: 'inline-block' }}
          title={row.staff.map(one => one.name).join('、')}
        >
          {row.staff.map(one => one.name).join('、') || '—'}
        </span>
      ),
    },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => statusName(row.status),
      render: row => (
        <span className="by-stack-xs" style={{ alignItems: 'flex-start', gap: 4 }}>
          <StatusPill status={row.status} />
          {row.failure ? (
            <span className="by-small by-red" style={{ whiteSpace: 'normal', maxWidth: 220 }}>
              {row.failure}
            </span>
          ) : (
            row.alarms.length > 0 && <AlarmPills alarms={row.alarms} isShort />
          )}
        </span>
      ),
    },
    count('scans', t('扫码', 'Scans')),
    count('adds', t('加好友', 'Adds')),
    count('joins', t('入会', 'Joins')),
    count('claims', t('领券', 'Claims')),
    count('losses', t('流失', 'Losses')),
    {
      key: 'costPerJoin',
      sort: 'costPerJoin',
      title: t('单个入会成本', 'Cost per join'),
      align: 'right',
      text: row => (row.costPerJoinFen == null ? null : row.costPerJoinFen / 100),
      render: row => money(row.costPerJoinFen),
    },
    count('orders', t('首单', 'First orders'), true),
    {
      key: 'amountFen',
      sort: 'amountFen',
      title: t('首单金额', 'Amount'),
      align: 'right',
      isExtra: true,
      text: row => row.counts.amountFen / 100,
      render: row => money(row.counts.amountFen),
    },
    {
      key: 'lastScanAt',
      sort: 'lastScanAt',
      title: t('最近扫码', 'Last scan'),
      text: row => row.lastScanAt,
      render: row => <Time at={row.lastScanAt} />,
    },
    {
      key: 'createdAt',
      sort: 'createdAt',
      title: t('创建', 'Created'),
      isExtra: true,
      text: row => row.createdAt,
      render: row => (
        <span>
          <Time at={row.createdAt} /> <span className="by-small by-soft">{row.createdBy}</span>
        </span>
      ),
    },
  ]
}

function useFilters(channels: string[]): Filter[] {
  const { storeName } = useNames()
  return [
    {
      key: 'kind',
      label: t('类型', 'Kind'),
      options: (['wecom', 'miniProgram', 'officialAccount'] as const).map(value => ({ value, label: kindName(value) })),
    },
    {
      key: 'status',
      label: t('状态', 'Status'),
      options: (['active', 'paused', 'failed', 'creating', 'disabled'] as const).map(value => ({
        value,
        label: statusName(value),
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
    { key: 'channel', label: t('渠道', 'Channel'), options: channels.map(value => ({ value, label: value })) },
    {
      key: 'hasAlarm',
      label: t('异常', 'Alarm'),
      options: [{ value: 'yes', label: t('需要处理', 'Needs a hand') }],
      toInput: () => ({ hasAlarm: true }),
    },
    {
      key: 'batchId',
      label: t('批次', 'Batch'),
      options: [],
      chip: value => `#${value}`,
      toInput: value => ({ batchId: Number(value) }),
    },
  ]
}
