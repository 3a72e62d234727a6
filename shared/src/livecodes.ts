import { z } from 'zod'
import { CentreItem } from './coupons.ts'
import { command, defineErrors, Fen, Id, Instant, Page, Paged, pageOf, query } from './kernel.ts'

export const livecodesErrors = defineErrors({
  'livecode.noStaff': { status: 400, zh: '请至少选择一位在职员工接待', en: 'Choose at least one active staff member' },
  'livecode.tooManyStaff': { status: 400, zh: '一个活码最多 100 位员工', en: 'At most 100 staff members per live code' },
  'livecode.badSchedule': { status: 400, zh: '排班时间不正确', en: 'The schedule is invalid' },
  'livecode.badWelcome': { status: 400, zh: '欢迎语有错误', en: 'The welcome message has an error' },
  'livecode.badPeriod': { status: 400, zh: '结束时间必须晚于开始时间', en: 'The end must be after the start' },
  'livecode.notReady': { status: 409, zh: '二维码还没有生成好，请稍后再试', en: 'The QR code is not ready yet' },
  'livecode.disabled': { status: 409, zh: '活码已停用', en: 'This live code is disabled' },
  'livecode.unknownScene': { status: 404, zh: '没有这个活码', en: 'No such live code' },
  'livecode.nothingToMake': { status: 400, zh: '没有可以生成的对象', en: 'There is nothing to make codes for' },
  'livecode.badImage': {
    status: 400,
    zh: '图片必须是 JPG 或 PNG，不超过 2 MB',
    en: 'The image must be JPG or PNG of at most 2 MB',
  },
  'livecode.imageMissing': { status: 404, zh: '图片不存在', en: 'No such image' },
})

export const LiveCodeKind = z.enum(['wecom', 'miniProgram', 'officialAccount'])
export type LiveCodeKind = z.infer<typeof LiveCodeKind>

const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** Outside every shift the code falls back to `staffIds`. Weekdays 1 = Monday to 7; times in the brand's zone; an end before the start crosses midnight. */
export const LiveCodeShift = z.object({
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: ClockTime,
  to: ClockTime,
  staffIds: z.array(Id).min(1).max(100),
})
export type LiveCodeShift = z.infer<typeof LiveCodeShift>

/** Variables of the welcome text and the remark, in LiquidJS: `{{ name }}，欢迎来到 {{ store }}`. */
export const welcomeVariables = [
  { name: 'name', zh: '客户昵称', en: 'name', sample: '小雨' },
  { name: 'staff', zh: '导购姓名', en: 'staff', sample: '林晓' },
  { name: 'store', zh: '门店', en: 'store', sample: '静安店' },
  { name: 'brand', zh: '品牌', en: 'brand', sample: '禾木' },
  { name: 'code', zh: '活码名称', en: 'live code', sample: '收银台台卡' },
  { name: 'coupon', zh: '卡片里的优惠券', en: 'coupon in the card', sample: '满 100 减 20' },
] as const

/**
 * What the customer gets within a second of adding. `card` opens `pages/join/index?scene=...` of the brand's mini program,
 * with the coupon of `couponBatchId` on the first screen. Images come from `POST /api/livecodes.uploadImage`.
 */
export const Welcome = z.object({
  /** At most 4,000 bytes after rendering (a platform limit, checked on save). */
  text: z.string().max(1_500).default(''),
  imageId: Id.nullable().default(null),
  card: z
    .object({
      /** At most 64 bytes (a platform limit, checked on save). */
      title: z.string().min(1).max(64),
      coverImageId: Id.nullable().default(null),
      couponBatchId: Id.nullable().default(null),
      /** Another page of the mini program instead of the join page; without the leading slash. */
      page: z.string().max(200).nullable().default(null),
    })
    .nullable()
    .default(null),
})
export type Welcome = z.infer<typeof Welcome>

const Alarm = z.object({
  code: z.enum(['noUsableStaff', 'onBackup', 'staffNearCap', 'noScans', 'failed', 'expiresSoon', 'scaleFull']),
  level: z.enum(['danger', 'warning']),
  text: z.string(),
})
export type LiveCodeAlarm = z.infer<typeof Alarm>

export const LiveCodeCounts = z.object({
  scans: z.int(),
  adds: z.int(),
  joins: z.int(),
  claims: z.int(),
  losses: z.int(),
  /** First orders within 30 days after the code brought the person, and what they paid. */
  orders: z.int(),
  amountFen: Fen,
})
export type LiveCodeCounts = z.infer<typeof LiveCodeCounts>

const fields = {
  name: z.string().trim().min(1).max(40),
  /** A free word that groups codes in the report, such as 收银台台卡 or 包裹卡. */
  channel: z.string().trim().max(30),
  storeId: Id.nullable(),
  staffIds: z.array(Id).max(100),
  backupStaffIds: z.array(Id).max(100),
  shifts: z.array(LiveCodeShift).max(20),
  /** Our own tags, put on the person; and WeCom corp tags, put on the relation. */
  tagIds: z.array(Id).max(20),
  wecomTagIds: z.array(z.string().max(64)).max(20),
  /** Put before the customer's name as WeCom remark (20 characters in all); may use the variables. Empty = leave the name alone. */
  remark: z.string().max(60),
  welcome: Welcome,
  isVerifySkipped: z.boolean(),
  /** The same customer may add only one staff member of this corp through it. */
  isExclusive: z.boolean(),
  validFrom: Instant.nullable(),
  validTo: Instant.nullable(),
  /** What the placement costs in all, for cost per join. */
  costFen: Fen.min(0),
}

/** What an operator sets, whole. */
export const LiveCodeSettings = z.object(fields)
export type LiveCodeSettings = z.infer<typeof LiveCodeSettings>

/** The same for a new code: only the name is owed. (An update must not carry defaults, or leaving a field out would reset it.) */
const NewSettings = z.object({
  ...fields,
  channel: fields.channel.default(''),
  storeId: fields.storeId.default(null),
  staffIds: fields.staffIds.default([]),
  backupStaffIds: fields.backupStaffIds.default([]),
  shifts: fields.shifts.default([]),
  tagIds: fields.tagIds.default([]),
  wecomTagIds: fields.wecomTagIds.default([]),
  remark: fields.remark.default(''),
  welcome: fields.welcome.default({ text: '', imageId: null, card: null }),
  isVerifySkipped: fields.isVerifySkipped.default(true),
  isExclusive: fields.isExclusive.default(false),
  validFrom: fields.validFrom.default(null),
  validTo: fields.validTo.default(null),
  costFen: fields.costFen.default(0),
})

export const LiveCode = LiveCodeSettings.extend({
  id: Id,
  brandId: Id,
  kind: LiveCodeKind,
  storeName: z.string().nullable(),
  /** WeCom state, mini-program scene or QR scene_str: the same short word on every platform. */
  scene: z.string(),
  /** `creating`: the platform is being asked; `failed`: it refused, `failure` says why; `paused`: outside its valid time or no usable staff. */
  status: z.enum(['creating', 'active', 'paused', 'failed', 'disabled']),
  failure: z.string().nullable(),
  /** The platform's picture of the code (a path of ours), and our landing page that counts scans and never needs reprinting. */
  qrImageUrl: z.string().nullable(),
  landingUrl: z.string(),
  staff: z.array(z.object({ id: Id, name: z.string(), isUsable: z.boolean(), whyNotUsable: z.string().nullable() })),
  /** Who receives customers at this moment. */
  currentStaffIds: z.array(Id),
  isOnBackup: z.boolean(),
  alarms: z.array(Alarm),
  counts: LiveCodeCounts,
  costPerJoinFen: Fen.nullable(),
  lastScanAt: Instant.nullable(),
  createdAt: Instant,
  createdBy: z.string(),
})
export type LiveCode = z.infer<typeof LiveCode>

const NewLiveCode = NewSettings.extend({
  brandId: Id.optional(),
  kind: LiveCodeKind,
  /** Which corp, mini program or official account; may be left out when the brand has one. */
  connectionId: Id.optional(),
})

export const LiveCodeBatch = z.object({
  id: Id,
  name: z.string(),
  by: z.enum(['staff', 'store', 'parcel']),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  failures: z.array(z.object({ name: z.string(), reason: z.string() })),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
})
export type LiveCodeBatch = z.infer<typeof LiveCodeBatch>

/** The join page reads this right after the scan, so that its first screen is the thing promised. */
export const LiveCodeOpening = z.object({
  codeId: Id,
  brandId: Id,
  brandName: z.string(),
  storeId: Id.nullable(),
  storeName: z.string().nullable(),
  staffId: Id.nullable(),
  staffName: z.string().nullable(),
  title: z.string(),
  couponBatchId: Id.nullable(),
})
export type LiveCodeOpening = z.infer<typeof LiveCodeOpening>

const ReportRow = LiveCodeCounts.extend({
  /** Id of the code, store or staff member, the channel's word, or the day; '' = none. */
  key: z.string(),
  label: z.string(),
  /** At least so many of the joins had no scan in the period: they scanned before it, or came by a link or a picture that is not counted. */
  joinsWithoutScan: z.int().min(0),
  costFen: Fen,
  costPerJoinFen: Fen.nullable(),
  costPerAddFen: Fen.nullable(),
})
export const LiveCodeReport = z.object({
  by: z.enum(['code', 'channel', 'store', 'staff', 'day']),
  rows: z.array(ReportRow),
  totals: ReportRow,
  /** The period of the same length just before. */
  previous: LiveCodeCounts,
})
export type LiveCodeReport = z.infer<typeof LiveCodeReport>
export type LiveCodeReportRow = z.infer<typeof ReportRow>

const Target = z.enum(['landing', 'direct'])

export const livecodes = {
  'livecodes.list': query({
    access: 'operator',
    summary: 'Live codes of all three kinds, with counts and alarms',
    input: Page.extend({
      kind: LiveCodeKind.optional(),
      status: z.enum(['creating', 'active', 'paused', 'failed', 'disabled']).optional(),
      storeId: Id.optional(),
      staffId: Id.optional(),
      channel: z.string().max(30).optional(),
      batchId: Id.optional(),
      hasAlarm: z.boolean().optional(),
    }),
    output: pageOf(LiveCode).extend({ alarmCount: z.int(), channels: z.array(z.string()) }),
  }),
  'livecodes.get': query({ access: 'operator', summary: 'One live code', input: z.object({ id: Id }), output: LiveCode }),
  'livecodes.create': command({
    access: 'operator',
    summary: 'Make a live code on its platform',
    input: NewLiveCode,
    output: LiveCode,
  }),
  'livecodes.update': command({
    access: 'operator',
    summary: 'Change a live code; the printed picture stays the same',
    input: LiveCodeSettings.partial().extend({ id: Id }),
    output: LiveCode,
  }),
  'livecodes.retry': command({
    access: 'operator',
    summary: 'Ask the platform again for a code that failed',
    input: z.object({ id: Id }),
    output: LiveCode,
  }),
  'livecodes.disable': command({
    access: 'operator',
    summary: 'Stop a live code; its history stays',
    input: z.object({ ids: z.array(Id).min(1).max(500) }),
    output: z.object({ count: z.int() }),
  }),
  'livecodes.enable': command({
    access: 'operator',
    summary: 'Start stopped live codes again, with the same picture where the platform allows it',
    input: z.object({ ids: z.array(Id).min(1).max(500) }),
    output: z.object({ count: z.int() }),
  }),
  'livecodes.createMany': command({
    access: 'operator',
    summary: 'One code per staff member, store or parcel; progress in livecodes.batch',
    input: NewLiveCode.extend({
      by: z.enum(['staff', 'store', 'parcel']),
      /** For which staff or stores; all of the brand when left out. */
      targetIds: z.array(Id).max(2_000).optional(),
      /** For parcels: how many. */
      count: z.int().min(1).max(2_000).optional(),
    }),
    output: LiveCodeBatch,
  }),
  'livecodes.batch': query({
    access: 'operator',
    summary: 'Progress of a batch',
    input: z.object({ batchId: Id }),
    output: LiveCodeBatch,
  }),
  'livecodes.batches': query({ access: 'operator', summary: 'Recent batches', input: Paged, output: pageOf(LiveCodeBatch) }),
  'livecodes.cancelBatch': command({
    access: 'operator',
    summary: 'Stop a running batch; what was made stays',
    input: z.object({ batchId: Id }),
    output: LiveCodeBatch,
  }),
  'livecodes.poster': query({
    access: 'operator',
    summary: 'A print-ready picture: `landing` counts scans, `direct` is the platform code itself',
    input: z.object({
      id: Id,
      target: Target.optional(),
      title: z.string().max(40).optional(),
      subtitle: z.string().max(60).optional(),
    }),
    output: z.object({ svg: z.string(), pngDataUrl: z.string(), content: z.string(), target: Target, fileName: z.string() }),
  }),
  'livecodes.printSheet': query({
    access: 'operator',
    summary: 'One HTML document with many codes, ready for the printer',
    input: z.object({
      ids: z.array(Id).max(500).optional(),
      batchId: Id.optional(),
      target: Target.optional(),
      columns: z.int().min(1).max(6).default(3),
      title: z.string().max(40).optional(),
    }),
    output: z.object({ html: z.string(), count: z.int() }),
  }),
  'livecodes.previewWelcome': query({
    access: 'operator',
    summary: 'The welcome text and remark with sample values, or where the template is wrong',
    input: z.object({
      welcome: Welcome,
      remark: z.string().max(60).optional(),
      storeId: Id.nullable().optional(),
      name: z.string().max(40).optional(),
    }),
    output: z.object({
      text: z.string(),
      remark: z.string(),
      textBytes: z.int(),
      cardTitle: z.string().nullable(),
      cardPage: z.string().nullable(),
      /** The picture that goes out with the card when none was chosen, as a data address; null where one was, or of no one brand. */
      cover: z.string().nullable(),
      errors: z.array(z.string()),
    }),
  }),
  'livecodes.report': query({
    access: 'operator',
    summary: 'Scans, adds, joins, claims, losses and cost by code, channel, store, staff or day',
    input: z.object({
      by: z.enum(['code', 'channel', 'store', 'staff', 'day']),
      from: z.iso.date(),
      to: z.iso.date(),
      kind: LiveCodeKind.optional(),
      channel: z.string().max(30).optional(),
      storeId: Id.optional(),
      codeId: Id.optional(),
    }),
    output: LiveCodeReport,
  }),
  'livecodes.open': query({
    access: 'public',
    summary: 'What a code promised: the join page shows it first. Counts nothing: the sign-in with the scene does',
    input: z.object({ scene: z.string().min(1).max(64), visitId: z.string().max(64).optional() }),
    output: LiveCodeOpening,
  }),
  'livecodes.offer': query({
    access: 'person',
    summary:
      'The coupon that a running code of this brand promises, with its amount, condition and validity; null when there is none',
    input: z.object({ scene: z.string().min(1).max(64) }),
    output: CentreItem.nullable(),
  }),
  'livecodes.attributionOf': query({
    access: ['operator', 'staff'],
    summary: 'Which code brought a person first, and which last, per brand',
    input: z.object({ personId: Id }),
    output: z.array(
      z.object({
        brandId: Id,
        first: z.object({ codeId: Id, name: z.string(), channel: z.string(), at: Instant }),
        last: z.object({ codeId: Id, name: z.string(), channel: z.string(), at: Instant }),
      }),
    ),
  }),
}
