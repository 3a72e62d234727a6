import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import type { Output } from '../client/types.ts'
import { Tabs } from '../components/form.tsx'
import { SectionHead } from '../components/section.tsx'
import { Loaded } from '../components/states.tsx'
import { count, money } from '../words.ts'
import { Shell } from './shell.tsx'
import { useAsk } from './staff.ts'

type Board = Output<'boards.store'>
type Counts = Board['totals']
type Range = 'today' | 'week' | 'month'

const DAYS: Record<Range, number> = { today: 1, week: 7, month: 30 }
const BEFORE: Record<Range, string> = { today: '比昨天', week: '比前 7 天', month: '比前 30 天' }

/** The manager's phone board: adds, joins, redemptions, repurchase, for the store and by staff. */
export default function BoardPage() {
  const [range, setRange] = useState<Range>('week')
  const [days] = useState(() => rangeEndingToday)
  const board = useAsk('boards.store', days(DAYS[range]))
  return (
    <Shell place="board">
      <Tabs
        tabs={[
          { key: 'today', text: '今天' },
          { key: 'week', text: '近 7 天' },
          { key: 'month', text: '近 30 天' },
        ]}
        value={range}
        onChange={setRange}
      />
      <Loaded asked={board} skeleton={[180, 120, 160]}>
        {data => (
          <>
            <View className="block muted small">{data.store.name}</View>
            <Totals totals={data.totals} previous={data.previous} than={BEFORE[range]} />
            {range !== 'today' && <Days days={data.byDay} />}
            <ByStaff rows={data.byStaff} />
          </>
        )}
      </Loaded>
    </Shell>
  )
}

function Totals({ totals, previous, than }: { totals: Counts; previous: Counts; than: string }) {
  return (
    <View className="totals">
      <Total label="销售额" value={money(totals.amountFen)} now={totals.amountFen} before={previous.amountFen} than={than} />
      <Total label="订单" value={count(totals.orders)} now={totals.orders} before={previous.orders} than={than} />
      <Total
        label="加企微"
        value={count(totals.adds)}
        now={totals.adds}
        before={previous.adds}
        than={than}
        note={totals.losses > 0 ? `流失 ${totals.losses}` : undefined}
      />
      <Total label="入会" value={count(totals.joins)} now={totals.joins} before={previous.joins} than={than} />
      <Total
        label="核销"
        value={count(totals.redemptions)}
        now={totals.redemptions}
        before={previous.redemptions}
        than={than}
        note={`领取 ${totals.claims}`}
      />
      <Total
        label="复购率"
        value={percent(totals.repurchasers, totals.buyers)}
        now={ratio(totals)}
        before={ratio(previous)}
        than={than}
        isRatio
        note={`${totals.repurchasers} / ${totals.buyers} 人`}
      />
    </View>
  )
}

type TotalProps = { label: string; value: string; now: number; before: number; than: string; note?: string; isRatio?: boolean }

function Total({ label, value, now, before, than, note, isRatio = false }: TotalProps) {
  return (
    <View className="total">
      <View className="muted small">{label}</View>
      <View className="total-value">{value}</View>
      <View className="total-delta">{deltaText(now, before, than, isRatio)}</View>
      {note && <View className="muted small">{note}</View>}
    </View>
  )
}

/** A delta with direction and period; nothing before is said, not divided by. */
function deltaText(now: number, before: number, than: string, isRatio: boolean): string {
  if (Math.abs(now - before) < 0.0005) return `${than} 持平`
  if (isRatio) return `${than} ${now >= before ? '+' : '-'}${Math.abs((now - before) * 100).toFixed(1)} 点`
  if (before === 0) return `${than} 从无到有`
  const change = ((now - before) / before) * 100
  return `${than} ${change >= 0 ? '+' : '-'}${Math.abs(change).toFixed(1)}%`
}

function ratio({ repurchasers, buyers }: Counts): number {
  return buyers === 0 ? 0 : repurchasers / buyers
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${((part / whole) * 100).toFixed(1)}%`
}

/** Sales by day, from zero; each bar says its day and amount to a screen reader. */
function Days({ days }: { days: Board['byDay'] }) {
  const most = Math.max(0, ...days.map(one => one.amountFen))
  if (most === 0) {
    return (
      <View className="block">
        <SectionHead title="每日销售额" />
        <View className="muted small">这几天还没有销售。记一笔消费，这里就有。</View>
      </View>
    )
  }
  return (
    <View className="block">
      <SectionHead title="每日销售额" />
      <View className="bars">
        {days.map((one, index) => (
          <View key={one.day} className="bar-slot" aria-label={`${one.day} ${money(one.amountFen)}`}>
            <View className="bar-fill" style={{ height: `${(one.amountFen / most) * 100}%` }} />
            {(days.length <= 7 || index % 5 === 0) && <View className="bar-day">{Number(one.day.slice(8))}</View>}
          </View>
        ))}
      </View>
      <View className="muted small">最高 {money(most)}</View>
    </View>
  )
}

function ByStaff({ rows }: { rows: Board['byStaff'] }) {
  return (
    <View className="block">
      <SectionHead title="按导购" />
      <View className="by-staff figures" role="table">
        <View className="by-staff-row is-head" role="row">
          {['导购', '加企微', '入会', '核销', '销售额', '复购'].map(head => (
            <Text key={head}>{head}</Text>
          ))}
        </View>
        {rows.map(row => (
          <View key={row.staffId} className="by-staff-row" role="row">
            <Text className="by-staff-name">{row.staffName}</Text>
            <Text>{row.adds}</Text>
            <Text>{row.joins}</Text>
            <Text>{row.redemptions}</Text>
            <Text>{money(Math.round(row.amountFen / 100) * 100)}</Text>
            <Text>{percent(row.repurchasers, row.buyers)}</Text>
          </View>
        ))}
        {rows.length === 0 && <View className="muted small">这段时间没有记录</View>}
      </View>
    </View>
  )
}

function rangeEndingToday(days: number): { from: string; to: string } {
  const today = new Date()
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days + 1)
  return { from: dayText(first), to: dayText(today) }
}

function dayText(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}
