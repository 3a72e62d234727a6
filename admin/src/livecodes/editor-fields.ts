import type { Input } from '../api/call.ts'
import type { Kind, LiveCode } from './words.tsx'

type Settings = Omit<Required<Input<'livecodes.update'>>, 'id'>
export type Welcome = Settings['welcome']

/** What the form holds: the contract's settings, and the few things that only the page knows. */
export type LiveCodeFields = Omit<Settings, 'validFrom' | 'validTo'> & {
  kind: Kind
  valid: [string, string] | null
  by?: 'staff' | 'store' | 'parcel'
  targetIds?: number[]
  count?: number
}

export const newFields = (): LiveCodeFields => ({
  kind: 'wecom',
  name: '',
  channel: '',
  storeId: null,
  staffIds: [],
  backupStaffIds: [],
  shifts: [],
  tagIds: [],
  wecomTagIds: [],
  remark: '',
  welcome: {
    text: '{{ name }}，欢迎来到{{ store }}！我是您的专属顾问{{ staff }}。点下面的卡片领取新人礼，到店出示即可使用。',
    imageId: null,
    card: { title: '领取您的新人礼', coverImageId: null, couponBatchId: null, page: null },
  },
  isVerifySkipped: true,
  isExclusive: false,
  valid: null,
  costFen: 0,
  by: 'store',
  count: 50,
})

export const fieldsOf = (code: LiveCode): LiveCodeFields => ({
  kind: code.kind,
  name: code.name,
  channel: code.channel,
  storeId: code.storeId,
  staffIds: code.staffIds,
  backupStaffIds: code.backupStaffIds,
  shifts: code.shifts,
  tagIds: code.tagIds,
  wecomTagIds: code.wecomTagIds,
  remark: code.remark,
  welcome: code.welcome as Welcome,
  isVerifySkipped: code.isVerifySkipped,
  isExclusive: code.isExclusive,
  valid: code.validFrom && code.validTo ? [code.validFrom, code.validTo] : null,
  costFen: code.costFen,
})

/** The whole settings, as the endpoints take them. */
export function inputOf({
  kind: _kind,
  valid,
  by: _by,
  targetIds: _targets,
  count: _count,
  welcome,
  ...rest
}: LiveCodeFields): Settings {
  const card = welcome.card?.title ? welcome.card : null
  return {
    ...rest,
    storeId: rest.storeId ?? null,
    costFen: rest.costFen ?? 0,
    welcome: { text: welcome.text ?? '', imageId: welcome.imageId ?? null, card },
    validFrom: valid?.[0] ?? null,
    validTo: valid?.[1] ?? null,
  }
}
