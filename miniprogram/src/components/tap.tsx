import { type ITouchEvent, View } from '@tarojs/components'
import type { PropsWithChildren } from 'react'

type TapProps = PropsWithChildren<{
  className?: string
  /** Spoken name, when the content is not words. */
  label?: string
  isDisabled?: boolean
  role?: 'button' | 'link' | 'checkbox' | 'tab' | 'radio'
  isChecked?: boolean
  onTap: () => void
}>

/** Anything one taps. Reached by keyboard and read by screen readers in H5, pressed look in both. */
export function Tap({ className = '', label, isDisabled = false, role = 'button', isChecked, onTap, children }: TapProps) {
  const act = (event: ITouchEvent) => {
    event.stopPropagation()
    if (!isDisabled) onTap()
  }
  // Keyboard only exists in H5; WeChat ignores these attributes.
  const forKeyboard = {
    tabIndex: isDisabled ? -1 : 0,
    onKeyDown: (event: { key?: string; preventDefault(): void; stopPropagation(): void }) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      event.stopPropagation()
      if (!isDisabled) onTap()
    },
  }
  const states = {
    'aria-disabled': isDisabled ? 'true' : undefined,
    'aria-checked': role === 'checkbox' || role === 'radio' ? String(isChecked ?? false) : undefined,
    'aria-selected': role === 'tab' ? String(isChecked ?? false) : undefined,
  }
  return (
    <View
      className={`tap ${isDisabled ? 'is-disabled' : ''} ${className}`}
      hoverClass={isDisabled ? 'none' : 'is-pressed'}
      role={role}
      aria-label={label}
      onClick={act}
      {...states}
      {...(process.env.TARO_ENV === 'h5' ? forKeyboard : {})}
    >
      {children}
    </View>
  )
}
