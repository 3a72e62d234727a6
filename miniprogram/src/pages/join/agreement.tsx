import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import type { Output } from '../../client/index.ts'
import { Check } from '../../components/form.tsx'
import { Sheet } from '../../components/sheet.tsx'

type ConsentText = Output<'consent.texts'>['items'][number]

type AgreementProps = {
  texts: ConsentText[]
  isAgreed: boolean
  isMarketingAgreed: boolean
  onAgree: (value: boolean) => void
  onAgreeMarketing: (value: boolean) => void
}

/** Two boxes, both empty at first: what joining needs, and offers, which nobody needs. A brand without published texts asks in plain words. */
export function Agreement({ texts, isAgreed, isMarketingAgreed, onAgree, onAgreeMarketing }: AgreementProps) {
  const needed = neededTerms(texts)
  const marketing = texts.filter(text => text.purpose === 'marketing')
  return (
    <View className="agreement">
      <Check label="同意会员协议和隐私政策" isChecked={isAgreed} onChange={onAgree}>
        {needed.length > 0 ? (
          <>
            <Text>我已阅读并同意</Text>
            <TermLinks texts={needed} />
          </>
        ) : (
          <Text>同意加入会员，并为此使用我的会员信息</Text>
        )}
      </Check>
      <Check label="愿意收到优惠消息" isChecked={isMarketingAgreed} onChange={onAgreeMarketing}>
        <Text>愿意收到优惠消息（选填，可随时关闭）</Text>
        <TermLinks texts={marketing} />
      </Check>
    </View>
  )
}

/** The terms without which there is no membership. */
export function neededTerms(texts: ConsentText[]): ConsentText[] {
  return texts.filter(text => text.purpose !== 'marketing')
}

/** Titles that open their whole text, with its version. */
export function TermLinks({ texts }: { texts: ConsentText[] }) {
  const [reading, setReading] = useState<ConsentText | null>(null)
  return (
    <>
      {texts.map(text => (
        <Text
          key={text.id}
          className="link"
          onClick={event => {
            event.stopPropagation()
            setReading(text)
          }}
        >
          《{text.title}》
        </Text>
      ))}
      <Sheet title={reading?.title ?? ''} isOpen={reading !== null} onClose={() => setReading(null)}>
        <View className="legal">{reading?.body}</View>
        <View className="muted small">版本 {reading?.version}</View>
      </Sheet>
    </>
  )
}
