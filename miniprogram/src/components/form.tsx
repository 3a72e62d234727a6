import { Input, Text, View } from '@tarojs/components'
import type { PropsWithChildren, ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { Tap } from './tap.tsx'

/** A box to tick, with its words beside it as part of the target. Never ticked in advance. */
export function Check({
  isChecked,
  onChange,
  label,
  children,
}: PropsWithChildren<{ isChecked: boolean; onChange: (value: boolean) => void; label: string }>) {
  return (
    <Tap className="check" role="checkbox" isChecked={isChecked} label={label} onTap={() => onChange(!isChecked)}>
      <View className={`check-box ${isChecked ? 'is-on' : ''}`}>{isChecked && <Icon name="check" size={16} />}</View>
      <View className="check-text">{children}</View>
    </Tap>
  )
}

type FieldProps = {
  label: string
  value: string
  onChange: (value: string) => void
  type?: 'text' | 'number' | 'digit' | 'nickname'
  placeholder?: string
  maxLength?: number
  /** What is wrong with it, in words. */
  problem?: string
  onConfirm?: () => void
  after?: ReactNode
  isFocused?: boolean
}

/** A labelled line to type in; keeps what was typed when something fails. */
export function Field({
  label,
  value,
  onChange,
  type = 'text',
  placeholder,
  maxLength = 60,
  problem,
  onConfirm,
  after,
  isFocused = false,
}: FieldProps) {
  return (
    <View className={`field ${problem ? 'has-problem' : ''}`}>
      <View className="field-label">{label}</View>
      <View className="field-row">
        <Input
          className="field-input"
          value={value}
          type={type}
          placeholder={placeholder}
          placeholderClass="field-placeholder"
          maxlength={maxLength}
          confirmType="done"
          focus={isFocused}
          nativeProps={{ 'aria-label': label }}
          onInput={event => onChange(event.detail.value)}
          onConfirm={onConfirm}
        />
        {after}
      </View>
      {problem && <View className="field-problem">{problem}</View>}
    </View>
  )
}

/** Several states of one list; the chosen one is said, not only coloured. */
export function Tabs<K extends string>({
  tabs,
  value,
  onChange,
}: {
  tabs: { key: K; text: string; count?: number }[]
  value: K
  onChange: (key: K) => void
}) {
  return (
    <View className="tabs" role="tablist">
      {tabs.map(tab => (
        <Tap
          key={tab.key}
          role="tab"
          isChecked={tab.key === value}
          className={`tab ${tab.key === value ? 'is-on' : ''}`}
          onTap={() => onChange(tab.key)}
        >
          <Text>{tab.text}</Text>
          {tab.count !== undefined && tab.count > 0 && <Text className="tab-count">{tab.count}</Text>}
        </Tap>
      ))}
    </View>
  )
}

/** A line that leads somewhere, or does one thing. */
export function Row({
  title,
  note,
  value,
  onTap,
  act,
  isAlert,
}: {
  title: string
  note?: string
  value?: ReactNode
  onTap?: () => void
  /** What a tap does, when it leads nowhere: 复制. */
  act?: string
  isAlert?: boolean
}) {
  const inside = (
    <>
      <View className="row-words">
        <View className="row-title">{title}</View>
        {note && <View className="row-note">{note}</View>}
      </View>
      {value !== undefined && <View className={`row-value ${isAlert ? 'is-alert' : ''}`}>{value}</View>}
      {onTap && (act ? <Text className="row-act">{act}</Text> : <Icon name="next" size={16} className="row-next" />)}
    </>
  )
  return onTap ? (
    <Tap className="row" role={act ? 'button' : 'link'} onTap={onTap}>
      {inside}
    </Tap>
  ) : (
    <View className="row">{inside}</View>
  )
}

/** Long words folded under their heading. */
export function Fold({
  title,
  isOpen,
  onToggle,
  children,
}: PropsWithChildren<{ title: string; isOpen: boolean; onToggle: () => void }>) {
  return (
    <View className="fold">
      <Tap className="fold-head" label={`${title}，${isOpen ? '收起' : '展开'}`} onTap={onToggle}>
        <Text>{title}</Text>
        <Icon name="down" size={16} className={isOpen ? 'fold-mark is-open' : 'fold-mark'} />
      </Tap>
      {isOpen && <View className="fold-body">{children}</View>}
    </View>
  )
}
