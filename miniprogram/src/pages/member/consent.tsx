import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import { changed, type Output, useAct, useAsk } from '../../client/index.ts'
import { allowTracks } from '../../client/tracks.ts'
import { Button } from '../../components/button.tsx'
import { Row } from '../../components/form.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Loaded, Notice } from '../../components/states.tsx'
import { platform } from '../../platform/index.ts'
import { exact } from '../../words.ts'

type State = Output<'consent.mine'>['items'][number]
type ConsentText = Output<'consent.texts'>['items'][number]
type Purpose = State['purpose']

const PURPOSES: { key: Purpose; title: string; use: string; loss: string }[] = [
  {
    key: 'privacy',
    title: '隐私政策',
    use: '用手机号和微信身份识别您，记录积分、优惠券和订单',
    loss: '撤回后我们停止使用这些信息，会员服务随之暂停；积分和券保留，重新同意后恢复。',
  },
  {
    key: 'service',
    title: '服务通知',
    use: '积分变动、券快过期、等级到期时告诉您',
    loss: '撤回后，券过期、积分变动都不会再提醒您。',
  },
  {
    key: 'marketing',
    title: '优惠消息',
    use: '新品和活动优惠，次数有上限，可随时关闭',
    loss: '撤回后立即生效，不再收到优惠消息；服务通知不受影响。',
  },
]

export default function ConsentPage() {
  return (
    <OpenGate>
      <Consents />
    </OpenGate>
  )
}

function Consents() {
  const me = useAsk('members.me', {})
  const mine = useAsk('consent.mine', {})
  const texts = useAsk('consent.texts', { isCurrentOnly: true, brandId: me.data?.brand.id }, { isSkipped: !me.data })
  const [reading, setReading] = useState<ConsentText | null>(null)
  return (
    <Screen title="授权与隐私">
      <Loaded asked={mine} skeleton={[120, 120, 120]}>
        {data => (
          <View className="section">
            {PURPOSES.map(purpose => (
              <Purpose
                key={purpose.key}
                purpose={purpose}
                state={stateOf(data.items, purpose.key)}
                text={texts.data?.items.find(text => text.purpose === purpose.key)}
                onRead={setReading}
              />
            ))}
          </View>
        )}
      </Loaded>
      {platform.name === 'weapp' && (
        <View className="section panel">
          <Row title="小程序用户隐私保护指引" onTap={() => void platform.openPrivacyContract()} />
        </View>
      )}
      <Sheet title={reading?.title ?? ''} isOpen={reading !== null} onClose={() => setReading(null)}>
        <View className="legal">{reading?.body}</View>
        <View className="muted small">版本 {reading?.version}</View>
      </Sheet>
    </Screen>
  )
}

/** One purpose: what it is for, what was agreed and when, and the one way to change it. */
function Purpose({
  purpose,
  state,
  text,
  onRead,
}: {
  purpose: (typeof PURPOSES)[number]
  state: State | undefined
  text: ConsentText | undefined
  onRead: (text: ConsentText) => void
}) {
  const give = useAct('consent.give')
  const withdraw = useAct('consent.withdraw')
  const [isSure, setSure] = useState(false)
  const isGranted = state?.isGranted ?? false
  const isOutdated = isGranted && text !== undefined && state?.textVersion !== '' && state?.textVersion !== text.version
  const error = give.error ?? withdraw.error

  const agree = async () => {
    if (!(await platform.authorizePrivacy())) return
    if (text && (await give.run({ purpose: purpose.key, channel: 'any', textVersion: text.version }))) changed('consent.')
  }
  const takeBack = async () => {
    setSure(false)
    if (!(await withdraw.run({ purpose: purpose.key, channel: 'any' }))) return
    if (purpose.key === 'privacy') allowTracks(false)
    changed('consent.')
  }

  return (
    <View className="tier">
      <View className="tier-head">
        <Text className="tier-name">{purpose.title}</Text>
        <Text className={`consent-state ${isGranted ? 'is-on' : ''}`}>{isGranted ? '已同意' : state ? '已撤回' : '未同意'}</Text>
      </View>
      <View className="row-note">{purpose.use}</View>
      {state && (
        <View className="row-note figures">
          {exact(state.at)} {isGranted ? '同意' : '撤回'}
          {isGranted && state.textVersion ? `，版本 ${state.textVersion}` : ''}
        </View>
      )}
      {isOutdated && <Notice level="attention">条款已更新到 {text?.version}，请重新看一下。</Notice>}
      {error && <Notice level="danger">{error.message}</Notice>}
      <View className="consent-actions">
        {text && <Button text="看全文" kind="quiet" size="small" onTap={() => onRead(text)} />}
        {(!isGranted || isOutdated) && text && (
          <Button text="同意" kind="plain" size="small" isBusy={give.isRunning} onTap={() => void agree()} />
        )}
        {isGranted && <Button text="撤回" kind="plain" size="small" isBusy={withdraw.isRunning} onTap={() => setSure(true)} />}
      </View>
      <Sheet
        title={`撤回「${purpose.title}」？`}
        isOpen={isSure}
        onClose={() => setSure(false)}
        footer={<Button text={`撤回${purpose.title}`} kind="danger" onTap={() => void takeBack()} />}
      >
        <View>{purpose.loss}</View>
      </Sheet>
    </View>
  )
}

/** The entry for all channels speaks for the purpose; a narrower one only where there is no other. */
function stateOf(items: State[], purpose: Purpose): State | undefined {
  const ofPurpose = items.filter(item => item.purpose === purpose)
  return ofPurpose.find(item => item.channel === 'any') ?? ofPurpose[0]
}
