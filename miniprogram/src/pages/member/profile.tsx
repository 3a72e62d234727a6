import { Picker, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import { changed, type Output, personSession, useAct, useAsk } from '../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { Field, Row, Tabs } from '../../components/form.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { PhoneButton } from '../../components/phone-button.tsx'
import { Screen } from '../../components/screen.tsx'
import { SectionHead } from '../../components/section.tsx'
import { Loaded, Notice } from '../../components/states.tsx'
import { platform } from '../../platform/index.ts'
import { exact } from '../../words.ts'

type Me = Output<'members.me'>
type Gender = Me['person']['gender']

export default function ProfilePage() {
  return (
    <OpenGate>
      <ProfileScreen />
    </OpenGate>
  )
}

function ProfileScreen() {
  const me = useAsk('members.me', {})
  return (
    <Screen title="我的资料">
      <Loaded asked={me} skeleton={[200, 120]}>
        {data => (
          <>
            <Phone me={data} />
            <About person={data.person} />
            {data.member && (
              <View className="section panel">
                <Row
                  title="会员号"
                  value={data.member.memberNo}
                  act="复制"
                  onTap={() => void platform.copy(data.member?.memberNo ?? '')}
                />
                <Row title="入会时间" value={exact(data.member.joinedAt)} />
                <Row title="授权与隐私" onTap={() => void Taro.navigateTo({ url: '/pages/member/consent' })} />
              </View>
            )}
          </>
        )}
      </Loaded>
    </Screen>
  )
}

/** Known phones are never asked for again: each question costs the brand money. */
function Phone({ me }: { me: Me }) {
  const phone = useAct('memberAuth.phone')
  const [note, setNote] = useState<string | null>(null)
  if (me.isPhoneKnown) {
    return (
      <View className="section panel">
        <Row title="手机号" note="已验证" value={me.person.phoneMasked ?? ''} />
      </View>
    )
  }
  const give = async (code: string | null) => {
    if (!code) return setNote('没有拿到手机号，现有的积分和券不受影响。')
    const answer = await phone.run({ code })
    if (!answer) return
    if (answer.token) personSession.replace(answer.token)
    changed('members.', 'coupons.', 'points.')
  }
  return (
    <View className="section">
      <View className="panel pad">
        <View className="row-title">补上手机号</View>
        <View className="row-note phone-reason">换微信、换门店时凭手机号认出您，积分和券都还在。只用来识别会员。</View>
        {(note || phone.error) && <Notice level="attention">{phone.error?.message ?? note}</Notice>}
        <PhoneButton
          text="用微信手机号"
          busyText="正在验证"
          isBusy={phone.isRunning}
          isAllowed
          onHeldBack={() => {}}
          onFailed={setNote}
          onCode={code => void give(code)}
        />
      </View>
    </View>
  )
}

function About({ person }: { person: Me['person'] }) {
  const save = useAct('members.updateProfile')
  const [name, setName] = useState(person.name)
  const [birthday, setBirthday] = useState(person.birthday)
  const [gender, setGender] = useState<Gender>(person.gender)
  const isChanged = name.trim() !== person.name || birthday !== person.birthday || gender !== person.gender
  const isNameTaken = name.trim() === '' && person.name !== ''

  const store = async () => {
    const saved = await save.run({ name: name.trim() || undefined, birthday, gender })
    if (!saved) return
    changed('members.me')
    void Taro.showToast({ title: '已保存', icon: 'success' })
  }
  return (
    <View className="section">
      <SectionHead title="关于您" />
      <Field
        label="称呼"
        type="nickname"
        value={name}
        maxLength={20}
        onChange={setName}
        problem={isNameTaken ? '请填写称呼，方便店员招呼您' : undefined}
      />
      <View className="field">
        <View className="field-label">生日（选填）</View>
        <Picker
          mode="date"
          value={birthday ?? '1995-01-01'}
          start="1920-01-01"
          end={new Date().toISOString().slice(0, 10)}
          onChange={event => setBirthday(event.detail.value)}
        >
          <View className="field-row" role="button" aria-label="选择生日">
            {birthday ?? <View className="field-placeholder">选择日期</View>}
          </View>
        </Picker>
      </View>
      <View className="field">
        <View className="field-label">性别</View>
        <View className="panel">
          <Tabs
            tabs={[
              { key: 'female', text: '女' },
              { key: 'male', text: '男' },
              { key: 'unknown', text: '不透露' },
            ]}
            value={gender}
            onChange={setGender}
          />
        </View>
      </View>
      {save.error && <Notice level="danger">{save.error.message}</Notice>}
      <Button
        text="保存"
        busyText="正在保存"
        isBusy={save.isRunning}
        isDisabled={!isChanged || isNameTaken}
        onTap={() => void store()}
      />
    </View>
  )
}
