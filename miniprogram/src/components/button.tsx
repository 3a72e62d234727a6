import { Text, View } from '@tarojs/components'
import { Tap } from './tap.tsx'

type ButtonProps = {
  text: string
  /** Shown while `isBusy`: says what is going on. */
  busyText?: string
  kind?: 'main' | 'plain' | 'quiet' | 'danger'
  size?: 'large' | 'small'
  isBusy?: boolean
  isDisabled?: boolean
  className?: string
  label?: string
  onTap: () => void
}

/** A verb to tap. One `main` per view. */
export function Button({
  text,
  busyText,
  kind = 'main',
  size = 'large',
  isBusy = false,
  isDisabled = false,
  className = '',
  label,
  onTap,
}: ButtonProps) {
  return (
    <Tap className={`button is-${kind} is-${size} ${className}`} isDisabled={isDisabled || isBusy} label={label} onTap={onTap}>
      {isBusy && <View className="spinner" />}
      <Text>{isBusy ? (busyText ?? text) : text}</Text>
    </Tap>
  )
}
