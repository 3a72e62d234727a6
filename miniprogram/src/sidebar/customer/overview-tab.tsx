import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/form.tsx'
import { Icon } from '../../components/icon.tsx'
import { SectionHead } from '../../components/section.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Empty, Loaded, Notice } from '../../components/states.tsx'
import { Tap } from '../../components/tap.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { day, money } from '../../words.ts'
import { useAct, useAsk } from '../staff.ts'

type Profile = Output<'profiles.get'>

export function OverviewTab({ profile, onChanged }: { profile: Profile; onChanged: () => Promise<void> }) {
  return (
    <>
      <Tags profile={profile} onChanged={onChanged} />
      <Membership profile={profile} />
      <Staff profile={profile} onChanged={onChanged} />
    </>
  )
}

function Tags({ profile, onChanged }: { profile: Profile; onChanged: () => Promise<void> }) {
  const put = useAct('tags.put')
  const take = useAct('tags.take')
  const [isOpen, setOpen] = useState(false)
  const [search, setSearch] = useState('')
  const tags = useAsk('tags.list', { pageSize: 200, kind: 'manual' }, { isSkipped: !isOpen })
  const held = new Set(profile.tags.map(tag => tag.id))
  const personIds = [profile.person.id]
  const error = put.error ?? take.error

  const toggle = async (tagId: number) => {
    const done = held.has(tagId) ? await take.run({ personIds, tagId }) : await put.run({ personIds, tagId, why: '侧边栏' })
    if (done) await onChanged()
  }
  return (
    <View className="block">
      <SectionHead title="标签">
        <Tap className="section-more" label="打标签" onTap={() => setOpen(true)}>
          <Icon name="plus" size={14} />
          <Text>打标签</Text>
        </Tap>
      </SectionHead>
      {profile.tags.length === 0 ? (
        <View className="muted small">还没有标签。记下肤质、偏好，同事和下次的您都用得上。</View>
      ) : (
        <View className="chips">
          {profile.tags.map(tag => (
            <Text key={tag.id} className="chip is-on">
              {tag.value === null ? tag.name : `${tag.name}：${tag.value}`}
            </Text>
          ))}
        </View>
      )}
      <Sheet title="标签" isOpen={isOpen} onClose={() => setOpen(false)}>
        {error && <Notice level="danger">{error.message}</Notice>}
        <Field label="找标签" value={search} onChange={setSearch} placeholder="输入名称" />
        <Loaded asked={tags} skeleton={[44, 44, 44]}>
          {data => {
            const shown = data.items.filter(tag => isTapped(tag) && tag.name.includes(search.trim()))
            if (shown.length === 0) return <Empty title="没有这个标签" text="新标签由总部在后台建立。" />
            return groupsOf(shown).map(([group, items]) => (
              <View key={group} className="chip-group">
                <View className="field-label">{group || '其他'}</View>
                <View className="chips">
                  {items.map(tag => (
                    <Tap
                      key={tag.id}
                      role="checkbox"
                      isChecked={held.has(tag.id)}
                      label={tag.name}
                      isDisabled={put.isRunning || take.isRunning}
                      className={`chip is-tap ${held.has(tag.id) ? 'is-on' : ''}`}
                      onTap={() => void toggle(tag.id)}
                    >
                      {held.has(tag.id) && <Icon name="check" size={14} />}
                      <Text>{tag.name}</Text>
                    </Tap>
                  ))}
                </View>
              </View>
            ))
          }}
        </Loaded>
      </Sheet>
    </View>
  )
}

/** One tap puts it on: it is for people and says nothing more. */
const isTapped = (tag: { valueKind: string; typeId: number | null }) => tag.valueKind === 'plain' && tag.typeId === null

function groupsOf<T extends { groupName: string }>(tags: T[]): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const tag of tags) groups.set(tag.groupName, [...(groups.get(tag.groupName) ?? []), tag])
  return [...groups]
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
          {one.points.expiringSoon > 0 && <Fact label="快过期积分" value={String(one.points.expiringSoon)} />}
          {one.points.debt > 0 && <Fact label="待抵扣积分" value={String(one.points.debt)} />}
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
