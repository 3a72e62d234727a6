import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import { type CallFailure, failureOf } from '../client/failure.ts'
import type { Output } from '../client/types.ts'
import { changed } from '../client/use.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/states.tsx'
import { Tap } from '../components/tap.tsx'
import { lastMoment, money } from '../words.ts'
import { fenOf } from './purchase/draft.ts'
import { Shell } from './shell.tsx'
import { staffCall, useAct } from './staff.ts'
import { wecom } from './wecom.ts'

type Checked = Output<'coupons.check'>

/** By the code alone: 查券 says whose it is and whether it holds here and now, 核销 uses it. Two taps, one when scanned. */
export default function RedeemPage() {
  const [code, setCode] = useState('')
  const [amountText, setAmountText] = useState('')
  const [checked, setChecked] = useState<Checked | null>(null)
  const [isChecking, setChecking] = useState(false)
  const [problem, setProblem] = useState<CallFailure | null>(null)
  const [done, setDone] = useState<string | null>(null)
  const redeem = useAct('coupons.redeem')
  const orderAmountFen = fenOf(amountText) ?? undefined

  const check = async (text: string) => {
    const tidy = text.replace(/\s/g, '')
    if (tidy.length < 4) return
    setChecking(true)
    setProblem(null)
    setDone(null)
    redeem.clear()
    try {
      setChecked(await staffCall('coupons.check', { code: tidy, orderAmountFen }))
    } catch (error) {
      setChecked(null)
      setProblem(failureOf(error))
    } finally {
      setChecking(false)
    }
  }
  const scan = async () => {
    const text = await wecom.scan()
    if (!text) return
    setCode(text)
    await check(text)
  }
  const use = async (one: Checked) => {
    const answer = await redeem.run({ code: one.coupon.code, orderAmountFen })
    if (!answer) return
    changed('profiles.', 'coupons.')
    setDone(`已核销「${one.coupon.name}」${answer.discountFen ? `，抵 ${money(answer.discountFen)}` : ''}`)
    setChecked(null)
    setCode('')
    setAmountText('')
  }

  return (
    <Shell place="redeem">
      <Field
        label="券码"
        value={code}
        maxLength={64}
        placeholder="扫码，或输入客人报的券码"
        problem={problem?.message}
        onChange={text => {
          setCode(text)
          setChecked(null)
        }}
        onConfirm={() => void check(code)}
        after={
          <Tap className="field-act" label="扫码" onTap={() => void scan()}>
            <Icon name="scan" />
          </Tap>
        }
      />
      <Field
        label="订单金额（元，选填，用来核对门槛）"
        type="digit"
        value={amountText}
        maxLength={10}
        placeholder="0.00"
        onChange={setAmountText}
      />
      {done && <Notice>{done}</Notice>}
      {redeem.error && <Notice level="danger">{redeem.error.message}</Notice>}
      {checked ? (
        <Answer checked={checked} isBusy={redeem.isRunning} onUse={() => void use(checked)} />
      ) : (
        <Button
          text="查券"
          busyText="正在查"
          isBusy={isChecking}
          isDisabled={code.replace(/\s/g, '').length < 4}
          onTap={() => void check(code)}
        />
      )}
    </Shell>
  )
}

function Answer({ checked, isBusy, onUse }: { checked: Checked; isBusy: boolean; onUse: () => void }) {
  const { coupon, isUsable, reasons, discountFen } = checked
  return (
    <View className="panel pad">
      <View className="coupon-row-words">
        <View>
          <Text className="coupon-row-value">{coupon.headline}</Text> <Text className="muted small">{coupon.conditionText}</Text>
        </View>
        <View>{coupon.name}</View>
        <View className="muted small">
          {coupon.personName}，{lastMoment(coupon.validTo)} 到期
        </View>
      </View>
      {isUsable ? (
        <Button
          text={discountFen ? `核销，抵 ${money(discountFen)}` : '核销'}
          busyText="正在核销"
          className="block"
          isBusy={isBusy}
          onTap={onUse}
        />
      ) : (
        <View className="block">
          {reasons.map(reason => (
            <Notice key={reason.code} level="danger">
              不能用：{reason.text}
            </Notice>
          ))}
        </View>
      )}
    </View>
  )
}
