import type { TagComputation, TagKind, TagSchedule, TagValueKind } from '@banyan/shared'
import { money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { fieldLabel } from '../selection/groups.ts'
import { isFen } from '../selection/track-filters.tsx'
import type { Catalogue } from '../selection/types.ts'

export const kindName = (kind: TagKind): string =>
  ({ manual: t('手工', 'By hand'), rule: t('规则', 'By a rule'), computed: t('计算', 'Computed') })[kind]

export const valueKindName = (kind: TagValueKind): string =>
  ({
    plain: t('只有标签', 'Only that it is there'),
    choice: t('一组值里选一个', 'One value of a list'),
    number: t('数值', 'A number'),
    text: t('文字', 'A text'),
  })[kind]

export const computationName = (of: TagComputation['of']): string =>
  ({
    daysSince: t('距上次行为的天数', 'Days since the latest'),
    daysSinceField: t('距某个日期的天数', 'Days since a date'),
    count: t('次数', 'How many times'),
    sum: t('合计', 'Sum'),
    first: t('首次的值', 'First value'),
    last: t('最近一次的值', 'Latest value'),
    favourite: t('最常出现的值', 'Most frequent value'),
    rfm: t('RFM 分组', 'RFM cell'),
  })[of]

export const computationHint = (of: TagComputation['of']): string =>
  ({
    daysSince: t('例如：距上次到店 12 天', 'For example: 12 days since the last visit'),
    daysSinceField: t('例如：入会 300 天', 'For example: a member for 300 days'),
    count: t('例如：90 天内 3 次下单', 'For example: 3 orders in 90 days'),
    sum: t('例如：一年内消费 ¥2,300', 'For example: ¥2,300 in a year'),
    first: t('例如：首单金额', 'For example: the amount of the first order'),
    last: t('例如：最近到的门店', 'For example: the store of the latest visit'),
    favourite: t('例如：最常买的品类', 'For example: the category bought most'),
    rfm: t(
      '三位数字，各 1 到 5，5 最好：最近、次数、金额，按全部有过该行为的人五等分',
      'Three digits of 1 to 5, 5 best: how lately, how often, how much, by fifths of everybody who has any',
    ),
  })[of]

/** "过去 90 天内 下单 的 实付 合计". */
export function computationWords(computation: TagComputation, catalogue: Catalogue | undefined): string {
  const name = computationName(computation.of)
  if (computation.of === 'daysSinceField')
    return `${name} · ${fieldLabel(catalogue?.fields.find(one => one.key === computation.field)) ?? computation.field}`
  const track = catalogue?.tracks.find(one => one.name === computation.name)
  const property =
    'property' in computation
      ? (fieldLabel(track?.properties.find(one => one.key === computation.property)) ?? computation.property)
      : null
  const days =
    'days' in computation && computation.days ? t(`过去 ${computation.days} 天`, `last ${computation.days} days`) : null
  return [fieldLabel(track) ?? computation.name, property, name, days].filter(Boolean).join(' · ')
}

export function scheduleWords(kind: TagKind, schedule: TagSchedule | null): string {
  if (!schedule) return '—'
  const hour = (at: number) => t(`每天 ${at} 点`, `daily at ${at}:00`)
  if (schedule.when === 'daily')
    return kind === 'computed'
      ? t(`随行为更新，${hour(schedule.hour)}全部重算`, `With what people do, all ${hour(schedule.hour)}`)
      : hour(schedule.hour)
  return kind === 'computed'
    ? t('随行为更新，每天 0 点全部重算', 'With what people do, all daily at 0:00')
    : t('有变化就更新', 'At once')
}

export const changeSource = (source: string): string =>
  (
    ({
      operator: t('总部', 'Headquarters'),
      staff: t('店员', 'Staff'),
      livecode: t('渠道活码', 'Live code'),
      import: t('导入', 'Import'),
      wecom: t('企业微信', 'WeCom'),
      rule: t('规则', 'Rule'),
      computed: t('计算', 'Computed'),
      validity: t('有效期', 'Validity'),
      apiKey: t('接口', 'API'),
      sample: t('演示数据', 'Sample data'),
    }) as Record<string, string>
  )[source] ?? source

type Said = { valueKind: TagValueKind; computation?: { of: string; property?: string } | null }

/** What a tag says of somebody, as one reads it: money in yuan, numbers with their commas. */
export function valueWords(tag: Said, value: string | number): string {
  if (tag.valueKind !== 'number') return String(value)
  const isMoney = tag.computation?.property !== undefined && isFen(tag.computation.property)
  return isMoney ? money(Number(value)) : number(Number(value))
}

export const rangeWords = (tag: Said, from: number, to: number): string => {
  const [least, most] = [valueWords(tag, from), valueWords(tag, to)]
  return to - from === 1 && Number.isInteger(from) ? least : t(`${least} 至不满 ${most}`, `${least} to under ${most}`)
}
