import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { Icon } from './icon.tsx'
import { Tap } from './tap.tsx'

export function SectionHead({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <View className="section-head">
      <View className="section-title" role="heading" aria-level={2}>
        {title}
      </View>
      {children}
    </View>
  )
}

export function More({ text, url }: { text: string; url: string }) {
  return (
    <Tap className="section-more" role="link" onTap={() => void Taro.navigateTo({ url })}>
      <Text>{text}</Text>
      <Icon name="next" size={14} />
    </Tap>
  )
}
