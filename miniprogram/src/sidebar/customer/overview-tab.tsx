import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/form.tsx'
import { SectionHead } from '../../components/section.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Tap } from '../../components/tap.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { count, day, money } from '../../words.ts'
import { useAct, useAsk } from '../staff.ts'
import { Tags } from './tags.tsx'
import { Things } from './things.tsx'

type Profile = Output<'profiles.get'>

export function OverviewTab({ profile, onChanged }: { profile: Profile; onChanged: () => Promise<void> }) {
  return (
    <>
      <Tags profile={profile} onChanged={onChanged} />
      <Membership profile={profile} />
      <Things personId={profile.person.id} />
      <Staff profile={profile} onChanged={onChanged} />
    </>
  )
}

function Membership({ profile }: { profile: Profile }) {
  const now = useNow(60_000)
  if (profile.memberships.length === 0) {
    return (
      <View className="block">
        <SectionHead title="会员" />
        <View className="muted small">还没有入会。请他扫收银台的会员码，两步就能入会。</View>
      </View>
    )
  }
  return (
    <View className="block">
      <SectionHead title="会员" />
      {profile.memberships.map(one => (
        <View key={one.memberId} className="facts">
          <Fact label="会员号" value={one.memberNo} />
          {one.nextTier && <Fact label="升级还差" value={`${money(one.nextTier.missingFen)} 到「${one.nextTier.name}」`} />}
          {one.tierEndsAt && <Fact label="等级到期" value={day(one.tierEndsAt, now)} />}
          {one.points.pending > 0 && <Fact label="待生效积分" value={count(one.points.pending)} />}
          {one.points.expiringSoon > 0 && <Fact label="快过期积分" value={count(one.points.expiringSoon)} />}
          {one.points.debt > 0 && <Fact label="待抵扣积分" value={count(one.points.debt)} />}
          <Fact label="入会" value={`${day(one.joinedAt, now)}${one.storeName ? ` ${one.storeName}` : ''}`} />
        </View>
      ))}
    </View>
  )
}

export function Fact({ label, value }: { label: string; value: string }) {
  return (
    <View className="side-fact">
      <Text className="muted">{label}</Text>
      <Text className="side-fact-value">{value}</Text>
    </View>
  )
}

/** Other staff who know him, each with his own remark; one's own can be changed. */
function Staff({ profile, onChanged }: { profile: Profile; onChanged: () => Promise<void> }) {
  const now = useNow(60_000)
  const me = useAsk('staff.me', {})
  const remark = useAct('contacts.remark')
  const [isOpen, setOpen] = useState(false)
  const mine = profile.contacts.find(contact => contact.staffId === me.data?.staff.id && !contact.removedAt)
  const [text, setText] = useState('')

  const save = async () => {
    if (await remark.run({ personId: profile.person.id, remark: text.trim() })) {
      setOpen(false)
      await onChanged()
    }
  }
  return (
    <View className="block">
      <SectionHead title="认识他的导购">
        {mine && (
          <Tap
            className="section-more"
            label="改我的备注"
            onTap={() => {
              setText(mine.remark)
              setOpen(true)
            }}
          >
            <Text>改我的备注</Text>
          </Tap>
        )}
      </SectionHead>
      {profile.contacts.length === 0 && <View className="muted small">还没有导购加过他的企业微信。</View>}
      {profile.contacts.map(contact => (
        <View key={contact.relationId} className="known">
          <Text className="known-name">
            {contact.staffName}
            {contact.staffId === me.data?.staff.id ? '（我）' : ''}
          </Text>
          <Text className="muted small known-note">
            {[contact.storeName, contact.remark && `备注「${contact.remark}」`].filter(Boolean).join('，')}
          </Text>
          <Text className={`small ${contact.removedAt ? 'is-alert' : 'muted'}`}>
            {contact.removedAt ? '已删除' : day(contact.addedAt, now)}
          </Text>
        </View>
      ))}
      {profile.contactsTotal > profile.contacts.length && (
        <View className="muted small">还有 {profile.contactsTotal - profile.contacts.length} 位导购，可在后台的客户页查看。</View>
      )}
      <Sheet
        title="我的备注"
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        footer={<Button text="保存备注" busyText="正在保存" isBusy={remark.isRunning} onTap={() => void save()} />}
      >
        <Field
          label="备注（20 字以内，同步到企业微信）"
          value={text}
          maxLength={20}
          onChange={setText}
          problem={remark.error?.message}
        />
      </Sheet>
    </View>
  )
}
