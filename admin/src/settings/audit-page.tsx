import { DatePicker, Drawer } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useNames } from '../app/me.ts'
import { exactTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time, type Tone } from '../parts/bits.tsx'
import { endOfDay, startOfDay } from '../parts/fields.tsx'
import { List } from '../parts/list/list.tsx'
import { Facts, Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { actionWord } from './endpoint-words.ts'

type Entry = Output<'audit.list'>['items'][number]
const tones: Record<Entry['outcome'], Tone> = { done: 'good', refused: 'warn', failed: 'bad' }
const outcomeName = (outcome: Entry['outcome']) =>
  ({ done: t('完成', 'Done'), refused: t('被拒', 'Refused'), failed: t('失败', 'Failed') })[outcome]
const actorName = (type: string) =>
  ({
    operator: t('操作员', 'Operator'),
    staff: t('店员', 'Staff'),
    person: t('客户', 'Person'),
    apiKey: t('API 密钥', 'API key'),
    system: t('系统', 'System'),
    anonymous: t('未登录', 'Anonymous'),
  })[type] ?? type

const ActionName = ({ name }: { name: string }) => {
  const words = actionWord(name)
  return (
    <span className="by-stack-xs">
      {words && <span>{words}</span>}
      <code className={words ? 'by-faint' : undefined}>{name}</code>
    </span>
  )
}

export function AuditPage() {
  const { brandName } = useNames()
  const [open, setOpen] = useState<Entry | null>(null)
  return (
    <Page
      title={t('审计', 'Audit')}
      text={t(
        '每一次改动：谁、什么时候、做了什么、结果如何。手机号、OpenID 和密钥都已遮住。',
        'Every change: who, when, what, and how it went. Phones and secrets are masked.',
      )}
    >
      <List
        name="audit.list"
        rowKey={(row: Entry) => row.id}
        onOpen={setOpen}
        searchHint={t('操作人、动作、请求编号', 'Actor, action, request id')}
        exportName={t('审计', 'audit')}
        columns={[
          {
            key: 'at',
            sort: 'at',
            title: t('时间', 'When'),
            text: row => exactTime(row.at),
            render: row => <Time at={row.at} />,
          },
          {
            key: 'actor',
            title: t('谁', 'Who'),
            text: row => `${actorName(row.actorType)} ${row.actorName}`,
            render: row => (
              <span>
                {row.actorName || '—'} <span className="by-small by-faint">{actorName(row.actorType)}</span>
              </span>
            ),
          },
          {
            key: 'action',
            title: t('动作', 'Action'),
            text: row => row.action,
            render: row => <ActionName name={row.action} />,
          },
          {
            key: 'outcome',
            title: t('结果', 'Outcome'),
            text: row => outcomeName(row.outcome),
            render: row => (
              <span className="by-row">
                <Pill tone={tones[row.outcome]}>{outcomeName(row.outcome)}</Pill>
                {row.errorCode && <code className="by-faint">{row.errorCode}</code>}
              </span>
            ),
          },
          { key: 'brand', title: t('品牌', 'Brand'), text: row => brandName(row.brandId) },
          { key: 'ip', title: 'IP', text: row => row.ip },
          {
            key: 'durationMs',
            sort: 'durationMs',
            title: t('耗时', 'Took'),
            align: 'right',
            text: row => `${row.durationMs} ms`,
          },
          {
            key: 'requestId',
            title: t('请求编号', 'Request'),
            isExtra: true,
            text: row => row.requestId,
            render: row => <code>{row.requestId}</code>,
          },
        ]}
        filters={[
          {
            key: 'actorType',
            label: t('谁', 'Who'),
            options: ['operator', 'staff', 'person', 'apiKey', 'system'].map(value => ({ value, label: actorName(value) })),
          },
          {
            key: 'outcome',
            label: t('结果', 'Outcome'),
            options: (['done', 'refused', 'failed'] as const).map(value => ({ value, label: outcomeName(value) })),
          },
          {
            key: 'action',
            label: t('动作', 'Action'),
            render: (value, set) => (
              <input
                className="ant-input"
                style={{
                  width: '100%',
                  padding: '4px 11px',
                  border: '1px solid var(--by-line)',
                  borderRadius: 6,
                  background: 'transparent',
                  color: 'inherit',
                }}
                defaultValue={value}
                placeholder="coupons.void"
                onBlur={event => set(event.target.value.trim() || undefined)}
              />
            ),
          },
          {
            key: 'days',
            label: t('时间', 'When'),
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
        empty={<EmptyState title={t('还没有记录', 'Nothing yet')} />}
      />
      {open && (
        <Drawer open size={560} title={<ActionName name={open.action} />} onClose={() => setOpen(null)}>
          <Facts
            items={[
              [t('时间', 'When'), exactTime(open.at)],
              [t('谁', 'Who'), `${open.actorName} · ${actorName(open.actorType)}${open.actorId ? ` #${open.actorId}` : ''}`],
              [t('结果', 'Outcome'), `${outcomeName(open.outcome)} ${open.errorCode}`],
              [t('品牌', 'Brand'), brandName(open.brandId)],
              ['IP', open.ip],
              [t('请求编号', 'Request'), <code key="r">{open.requestId}</code>],
            ]}
          />
          <h3 style={{ fontSize: 14, margin: '16px 0 8px' }}>{t('内容（已遮住敏感信息）', 'Input, masked')}</h3>
          <pre className="by-code">{JSON.stringify(open.input, null, 2)}</pre>
        </Drawer>
      )}
    </Page>
  )
}
