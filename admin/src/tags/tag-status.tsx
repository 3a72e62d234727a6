import type { Tag } from '@banyan/shared'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'

/** Nothing for a tag that stands. */
export function TagStatus({ tag }: { tag: Pick<Tag, 'status'> }) {
  if (tag.status === 'ready') return null
  return tag.status === 'building' ? (
    <Pill tone="info">{t('计算中', 'Working')}</Pill>
  ) : (
    <Pill tone="bad">{t('没有算成', 'Failed')}</Pill>
  )
}
