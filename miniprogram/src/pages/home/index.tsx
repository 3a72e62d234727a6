import { View } from '@tarojs/components'

export default function Page() {
  return <View role='button' aria-label='x' data-testid='y'>hello</View>
}
