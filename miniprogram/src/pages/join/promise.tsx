import { View } from '@tarojs/components'
import type { CentreItem } from '../../components/ticket.tsx'
import { storesInShort } from '../../components/ticket.tsx'
import { isInWords } from '../../words.ts'

type PromiseProps = {
  from: string
  offer: CentreItem | null
  /** Said when no coupon was promised, or its details may not be shown yet. */
  title: string
  lines: string[]
}

/** The thing the code promised, before anything is asked of the person. */
export function PromiseCard({ from, offer, title, lines }: PromiseProps) {
  if (!offer) {
    return (
      <View className="promise">
        <View className="promise-from">{from}</View>
        <View className="promise-amount is-word">{title}</View>
        {lines.map(line => (
          <View key={line} className="promise-line">
            {line}
          </View>
        ))}
      </View>
    )
  }
  return (
    <View className="promise">
      <View className="promise-from">{from}</View>
      <View className={`promise-amount ${isInWords(offer.headline) ? 'is-word' : ''}`}>{offer.headline}</View>
      <View className="promise-name">{offer.name}</View>
      <View className="promise-line">
        {offer.conditionText}，{offer.validityText}
      </View>
      <View className="promise-line">{storesInShort(offer.storeNames)}</View>
      {lines.map(line => (
        <View key={line} className="promise-line">
          {line}
        </View>
      ))}
    </View>
  )
}
