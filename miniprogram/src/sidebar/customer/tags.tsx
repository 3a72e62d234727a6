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
import { day } from '../../words.ts'
import { useAct, useAsk } from '../staff.ts'

type Profile = Output<'profiles.get'>
type Held = Profile['tags'][number]
type Tag = Output<'tags.list'>['items'][number]
/** Puts it on, with what it says, or takes it off; true when that was done. */
type Change = (tag: Tag, change: 'take' | { value?: string | number }) => Promise<boolean>

/** What is known of him: by hand in green, kept by rules in grey; what a tag says, and until when. */
export function Tags({ profile, onChanged }: { profile: Profile; onChanged: () => Promise<void> }) {
  const now = useNow(60_000)
  const [isOpen, setOpen] = useState(false)
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
            <View key={tag.id} className={`chip ${tag.isKept ? '' : 'is-on'}`}>
              <Text>{saying(tag)}</Text>
              {tag.expiresAt && <Text className="chip-until">{until(tag.expiresAt, now)}</Text>}
            </View>
          ))}
        </View>
      )}
      <TagSheet profile={profile} isOpen={isOpen} onClose={() => setOpen(false)} onChanged={onChanged} />
    </View>
  )
}

const saying = ({ name, value }: Pick<Held, 'name' | 'value'>) => (value === null ? name : `${name}：${value}`)

/** The last day that it is on. */
const until = (expiresAt: string, now: Date) => `${day(new Date(new Date(expiresAt).getTime() - 1).toISOString(), now)}到期`

function TagSheet({
  profile,
  isOpen,
  onClose,
  onChanged,
}: {
  profile: Profile
  isOpen: boolean
  onClose: () => void
  onChanged: () => Promise<void>
}) {
  const put = useAct('tags.put')
  const take = useAct('tags.take')
  const [search, setSearch] = useState('')
  const tags = useAsk('tags.list', { pageSize: 200, kind: 'manual' }, { isSkipped: !isOpen })
  const personIds = [profile.person.id]
  const error = put.error ?? take.error

  const change: Change = async (tag, to) => {
    put.clear()
    take.clear()
    const done =
      to === 'take'
        ? await take.run({ personIds, tagId: tag.id })
        : await put.run({ personIds, tagId: tag.id, why: '侧边栏', ...(to.value === undefined ? {} : { value: to.value }) })
    if (done) await onChanged()
    return done !== null
  }
  return (
    <Sheet title="标签" isOpen={isOpen} onClose={onClose}>
      {error && <Notice level="danger">{error.message}</Notice>}
      <Field label="找标签" value={search} onChange={setSearch} placeholder="输入名称" />
      <Loaded asked={tags} skeleton={[44, 44, 44]}>
        {data => {
          const shown = data.items.filter(tag => tag.typeId === null && matches(tag, search.trim()))
          if (shown.length === 0) return <Empty title="没有这个标签" text="新标签由总部在后台建立。" />
          return groupsOf(shown).map(([group, items]) => (
            <View key={group} className="chip-group">
              <View className="field-label">{group || '其他'}</View>
              <View className="chips">
                {items.map(tag => (
                  <TagChoice
                    key={tag.id}
                    tag={tag}
                    held={profile.tags.find(one => one.id === tag.id)}
                    isBusy={put.isRunning || take.isRunning}
                    change={change}
                  />
                ))}
              </View>
            </View>
          ))
        }}
      </Loaded>
    </Sheet>
  )
}

/** By its own name, its heading, or one of the values it may have. */
const matches = ({ name, groupName, choices }: Tag, search: string) =>
  [name, groupName, ...choices].some(text => text.includes(search))

function groupsOf(tags: Tag[]): [string, Tag[]][] {
  const groups = new Map<string, Tag[]>()
  for (const tag of tags) groups.set(tag.groupName, [...(groups.get(tag.groupName) ?? []), tag])
  return [...groups]
}

type ChoiceProps = { tag: Tag; held: Held | undefined; isBusy: boolean; change: Change }

/** One tap where a tap says it all; a tag that says something shows its values, or a line to type in. */
function TagChoice(props: ChoiceProps) {
  const { tag, held, isBusy, change } = props
  if (tag.valueKind === 'choice') return <Values {...props} />
  if (tag.valueKind === 'number' || tag.valueKind === 'text') return <Typed {...props} />
  return (
    <Chip
      text={tag.name}
      note={validFor(tag)}
      isOn={held !== undefined}
      isDisabled={isBusy}
      onTap={() => void change(tag, held ? 'take' : {})}
    />
  )
}

const validFor = ({ validDays }: Tag) => (validDays === null ? undefined : `${validDays} 天`)

function Values({ tag, held, isBusy, change }: ChoiceProps) {
  return (
    <View className="chip-values">
      <View className="chip-title">
        <Text>{tag.name}</Text>
        {tag.validDays !== null && <Text className="chip-until">{tag.validDays} 天后自动取下</Text>}
      </View>
      <View className="chips">
        {tag.choices.map(value => (
          <Chip
            key={value}
            text={value}
            label={`${tag.name}：${value}`}
            isOn={held?.value === value}
            isDisabled={isBusy}
            onTap={() => void change(tag, held?.value === value ? 'take' : { value })}
          />
        ))}
      </View>
    </View>
  )
}

function Typed({ tag, held, isBusy, change }: ChoiceProps) {
  const [text, setText] = useState<string | null>(null)
  if (text === null) {
    return (
      <Chip
        text={held ? saying(held) : tag.name}
        note={held ? '改' : '填写'}
        isOn={held !== undefined}
        // Only opens a line: a tap while another tag is on its way must not get lost.
        isDisabled={false}
        onTap={() => setText(held?.value ?? '')}
      />
    )
  }
  const typed = text.trim()
  const done = async (to: 'take' | { value: string | number }) => {
    if (await change(tag, to)) setText(null)
  }
  return (
    <View className="chip-values">
      <Field
        label={tag.validDays === null ? tag.name : `${tag.name}（${tag.validDays} 天后自动取下）`}
        type={tag.valueKind === 'number' ? 'digit' : 'text'}
        value={text}
        maxLength={100}
        isFocused
        onChange={setText}
      />
      <View className="draft-actions">
        <Button text="取消" kind="quiet" size="small" onTap={() => setText(null)} />
        {held && <Button text="取下" kind="plain" size="small" isDisabled={isBusy} onTap={() => void done('take')} />}
        <Button
          text="记下"
          size="small"
          isDisabled={isBusy || typed === ''}
          onTap={() => void done({ value: tag.valueKind === 'number' ? Number(typed) : typed })}
        />
      </View>
    </View>
  )
}

function Chip({
  text,
  label,
  note,
  isOn,
  isDisabled,
  onTap,
}: {
  text: string
  label?: string
  note?: string
  isOn: boolean
  isDisabled: boolean
  onTap: () => void
}) {
  return (
    <Tap
      role="checkbox"
      isChecked={isOn}
      label={label ?? text}
      isDisabled={isDisabled}
      className={`chip is-tap ${isOn ? 'is-on' : ''}`}
      onTap={onTap}
    >
      {isOn && <Icon name="check" size={14} />}
      <Text>{text}</Text>
      {note && <Text className="chip-until">{note}</Text>}
    </Tap>
  )
}
