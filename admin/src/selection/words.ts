import { many } from '@banyan/shared'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import type { Catalogue } from './types.ts'

/** "12,345 人", "12,345 个车辆": so many of what the rule asks. */
export function countWords(count: number, { typeId, name }: Pick<Catalogue, 'typeId' | 'name'>): string {
  if (typeId === null) return t(`${number(count)} 人`, many(count, 'person', 'people'))
  return t(`${number(count)} 个${name}`, `${number(count)} × ${name}`)
}
