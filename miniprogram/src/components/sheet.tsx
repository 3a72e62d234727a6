import { ScrollView, View } from '@tarojs/components'
import type { PropsWithChildren, ReactNode } from 'react'
import { useEffect } from 'react'
import { Icon } from './icon.tsx'
import { Tap } from './tap.tsx'

type SheetProps = PropsWithChildren<{ title: string; isOpen: boolean; onClose: () => void; footer?: ReactNode }>

/** A panel from below. Closed by its cross, the ground behind it, or Escape. */
export function Sheet({ title, isOpen, onClose, footer, children }: SheetProps) {
  useEffect(() => {
    if (!isOpen || process.env.TARO_ENV !== 'h5') return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [isOpen, onClose])

  if (!isOpen) return null
  return (
    <View className="scrim" catchMove onClick={onClose}>
      <View className="sheet" role="dialog" aria-modal="true" aria-label={title} onClick={event => event.stopPropagation()}>
        <View className="sheet-head">
          <View className="sheet-title">{title}</View>
          <Tap className="sheet-close" label="关闭" onTap={onClose}>
            <Icon name="close" />
          </Tap>
        </View>
        <ScrollView className="sheet-body" scrollY>
          {children}
        </ScrollView>
        {footer && <View className="sheet-foot">{footer}</View>}
      </View>
    </View>
  )
}
