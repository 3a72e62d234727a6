import { Text, View } from '@tarojs/components'
import Taro, { useRouter } from '@tarojs/taro'
import { useEffect, useState } from 'react'
import type { Input, Output } from '../client/types.ts'
import { changed } from '../client/use.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Loaded, Notice } from '../components/states.tsx'
import { Tap } from '../components/tap.tsx'
import { count, paid } from '../words.ts'
import { type DraftLine, emptyLine, keepGoods, linesOf, recentGoods, whyNotReady } from './purchase/draft.ts'
import { Recorded } from './purchase/recorded.tsx'
import { Shell } from './shell.tsx'
import { useAct, useAsk } from './staff.ts'
import { Stepper } from './stepper.tsx'

/** Typing pauses this long before the price is asked for again. */
const QUOTE_PAUSE_MS = 400

/** A purchase at the counter: what was sold, which coupon and points, what it comes to; then points and tier at once. */
export default function OrderPage() {
  const personId = Number(useRouter().params.personId ?? 0)
  const record = useAct('orders.record')
  const [recorded, setRecorded] = useState<Output<'orders.record'> | null>(null)
  const [lines, setLines] = useState<DraftLine[]>(() => [emptyLine()])
  const [couponCode, setCouponCode] = useState<string | undefined>()
  const [pointsText, setPointsText] = useState('')

  const input: Input<'orders.record'> = {
    personId: personId || undefined,
    lines: linesOf(lines),
    couponCode,
    pointsSpent: Number.parseInt(pointsText, 10) || 0,
  }
  const whyNot = whyNotReady(lines)
  const quote = useQuote(whyNot ? null : input)

  const save = async () => {
    const answer = await record.run(input)
    if (!answer) return
    keepGoods(input.lines)
    changed('profiles.', 'coupons.', 'orders.')
    setRecorded(answer)
  }
  if (recorded) {
    return (
      <Shell place="index" title="已记录" footer={<Button text="回到客户" onTap={() => void Taro.navigateBack()} />}>
        <Recorded answer={recorded} />
      </Shell>
    )
  }
  const refusals = quote.data?.reasons ?? []
  return (
    <Shell
      place="index"
      title="记消费"
      footer={
        <Button
          text={whyNot ?? `记录 ${quote.data ? `实付 ${paid(quote.data.amountFen)}` : '这笔消费'}`}
          busyText="正在记录"
          isBusy={record.isRunning}
          isDisabled={whyNot !== null || refusals.length > 0}
          onTap={() => void save()}
        />
      }
    >
      {record.error && <Notice level="danger">{record.error.message}</Notice>}
      <Lines lines={lines} onChange={setLines} />
      {personId > 0 && <CouponPick personId={personId} code={couponCode} onPick={setCouponCode} />}
      {quote.data && quote.data.pointsSpendableMax > 0 && (
        <View className="block">
          <Field
            label={`用积分（最多 ${count(quote.data.pointsSpendableMax)} 分）`}
            type="number"
            value={pointsText}
            onChange={text => setPointsText(text.replace(/\D/g, ''))}
            placeholder="0"
          />
        </View>
      )}
      {refusals.map(reason => (
        <Notice key={reason.code} level="attention">
          {reason.text}
        </Notice>
      ))}
      {quote.error && <Notice level="attention">{quote.error.message}</Notice>}
      {quote.data && <Sums quote={quote.data} />}
    </Shell>
  )
}

/** The price of what is typed, asked for when typing pauses. */
function useQuote(input: Input<'orders.record'> | null) {
  const body = input ? JSON.stringify(input) : null
  const [asked, setAsked] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(body), QUOTE_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [body])
  const quote = useAsk('orders.quote', asked ? (JSON.parse(asked) as Input<'orders.quote'>) : { lines: [] }, {
    isSkipped: asked === null,
  })
  return asked === null ? { data: undefined, error: null } : quote
}

function Lines({ lines, onChange }: { lines: DraftLine[]; onChange: (lines: DraftLine[]) => void }) {
  const change = (key: number, part: Partial<DraftLine>) =>
    onChange(lines.map(line => (line.key === key ? { ...line, ...part } : line)))
  const goods = recentGoods().filter(one => !lines.some(line => line.name === one.name))
  const add = (one?: (typeof goods)[number]) => {
    const kept = lines.filter(line => line.name.trim() || line.priceText.trim() || !one)
    onChange([...kept, emptyLine(one)])
  }
  return (
    <View>
      {lines.map((line, index) => (
        <View key={line.key} className="sale">
          <View className="sale-fields">
            <Field
              label={`商品 ${index + 1}`}
              value={line.name}
              maxLength={100}
              placeholder="名称"
              isFocused={index === 0 && lines.length === 1}
              onChange={name => change(line.key, { name })}
            />
            <Field
              label="单价（元）"
              type="digit"
              value={line.priceText}
              maxLength={10}
              placeholder="0.00"
              onChange={priceText => change(line.key, { priceText })}
            />
          </View>
          <View className="sale-foot">
            <Stepper
              label={line.name || `商品 ${index + 1}`}
              value={line.quantity}
              min={1}
              max={999}
              onChange={quantity => change(line.key, { quantity })}
            />
            {lines.length > 1 && (
              <Tap
                className="reply-act"
                label={`移除 ${line.name || `商品 ${index + 1}`}`}
                onTap={() => onChange(lines.filter(one => one.key !== line.key))}
              >
                移除
              </Tap>
            )}
          </View>
        </View>
      ))}
      <View className="chips block">
        <Tap className="chip is-tap" onTap={() => add()}>
          <Icon name="plus" size={14} />
          <Text>再加一件</Text>
        </Tap>
        {goods.slice(0, 6).map(one => (
          <Tap key={one.name} className="chip is-tap" label={`加入 ${one.name}`} onTap={() => add(one)}>
            {one.name} {paid(one.priceFen)}
          </Tap>
        ))}
      </View>
    </View>
  )
}

function CouponPick({
  personId,
  code,
  onPick,
}: {
  personId: number
  code: string | undefined
  onPick: (code: string | undefined) => void
}) {
  const coupons = useAsk('coupons.of', { personId, status: 'available', pageSize: 50 })
  return (
    <View className="block">
      <View className="field-label">用券</View>
      <Loaded asked={coupons} skeleton={[44]}>
        {data => (
          <View className="chips">
            {data.items.length === 0 && <Text className="muted small">没有可用的券</Text>}
            {data.items.map(coupon => (
              <Tap
                key={coupon.id}
                role="radio"
                isChecked={coupon.code === code}
                label={`${coupon.headline} ${coupon.name}`}
                className={`chip is-tap ${coupon.code === code ? 'is-on' : ''}`}
                onTap={() => onPick(coupon.code === code ? undefined : coupon.code)}
              >
                {coupon.code === code && <Icon name="check" size={14} />}
                <Text>
                  {coupon.headline} {coupon.conditionText}
                </Text>
              </Tap>
            ))}
          </View>
        )}
      </Loaded>
    </View>
  )
}

function Sums({ quote }: { quote: Output<'orders.quote'> }) {
  const lines: [string, number][] = [
    ['商品', quote.totalFen],
    ['商品优惠', -quote.discountFen],
    ['优惠券', -quote.couponDiscountFen],
    ['积分抵扣', -quote.pointsDiscountFen],
    ['运费', quote.freightFen],
  ]
  return (
    <View className="sums figures">
      {lines
        .filter(([label, fen]) => fen !== 0 || label === '商品')
        .map(([label, fen]) => (
          <View key={label} className="side-fact">
            <Text className="muted">{label}</Text>
            <Text className="side-fact-value">{paid(fen)}</Text>
          </View>
        ))}
      <View className="side-fact is-total">
        <Text>实付</Text>
        <Text className="side-fact-value">{paid(quote.amountFen)}</Text>
      </View>
      <View className="muted small">将得 {count(quote.pointsToEarn)} 积分</View>
    </View>
  )
}
