import { View } from '@tarojs/components'
import { useState } from 'react'
import { type Input, useAct, useAsk } from '../client/index.ts'
import { platform } from '../platform/index.ts'
import { Button } from './button.tsx'

type Place = Input<'subscriptions.templatesFor'>['place']

/**
 * Asks to be reminded, at a place where it makes sense, with a plain reason. One tap is one message per template.
 * Shows nothing when there is no template to ask for or enough credits are in hand.
 */
export function SubscribeAsk({ place, reason, button = '提醒我' }: { place: Place; reason: string; button?: string }) {
  const asked = useAsk('subscriptions.templatesFor', { place })
  const record = useAct('subscriptions.record')
  const [outcome, setOutcome] = useState<'accepted' | 'refused' | null>(null)
  const wanted = (asked.data?.templates ?? []).filter(template => template.credits === 0)

  if (outcome === 'accepted') return <View className="ask is-done">已开启，到时会在微信「服务通知」里告诉您</View>
  if (outcome === 'refused' || wanted.length === 0) return null

  const ask = async () => {
    // The prompt must open in the very tap, so nothing is awaited before it.
    const choices = await platform.askSubscribe(wanted)
    const list = wanted.flatMap(({ templateId }) => (choices[templateId] ? [{ templateId, choice: choices[templateId] }] : []))
    if (list.length > 0) await record.run({ place, choices: list })
    setOutcome(list.some(({ choice }) => choice === 'accept') ? 'accepted' : 'refused')
  }
  return (
    <View className="ask">
      <View className="ask-reason">
        <View>{reason}</View>
        <View className="row-note">
          {wanted.map(template => template.title).join('、')}，{wanted.length > 1 ? '各一次' : '一次'}
        </View>
      </View>
      <Button text={button} kind="plain" size="small" isBusy={record.isRunning} onTap={() => void ask()} />
    </View>
  )
}
