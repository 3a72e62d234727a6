import { Text, View } from '@tarojs/components'
import { Icon } from '../components/icon.tsx'
import { Tap } from '../components/tap.tsx'

/** A small whole number, by tap. */
export function Stepper({
  label,
  value,
  min,
  max,
  onChange,
}: {
  label: string
  value: number
  min: number
  max: number
  onChange: (value: number) => void
}) {
  return (
    <View className="stepper">
      <Tap className="stepper-act" label={`减少 ${label}`} isDisabled={value <= min} onTap={() => onChange(value - 1)}>
        <Icon name="minus" size={16} />
      </Tap>
      <Text className="stepper-value">{value}</Text>
      <Tap className="stepper-act" label={`增加 ${label}`} isDisabled={value >= max} onTap={() => onChange(value + 1)}>
        <Icon name="plus" size={16} />
      </Tap>
    </View>
  )
}
