import type { FieldName } from '@banyan/shared'
import { type Ctx, canSeeStore, storeScope } from '../core/index.ts'
import { storesOf } from '../platform/index.ts'

export type Choice = { value: string; zh: string; en: string }
type Loader = (ctx: Ctx) => Promise<Choice[]>

/** Names of a field's values, from the module that owns them: later modules register theirs. */
const loaders = new Map<FieldName, Loader>([
  [
    'storeId',
    async ctx =>
      ctx.brandId === null
        ? []
        : (await storesOf(ctx.brandId))
            .filter(store => storeScope(ctx) === null || canSeeStore(ctx, store.id))
            .map(store => ({ value: String(store.id), zh: store.name, en: store.name })),
  ],
])

/** Registers the choices of a field: `fieldChoices('tierRank', ctx => tiers as [{ value: '2', zh: '繁叶', en: '繁叶' }])`. */
export function fieldChoices(field: FieldName, load: Loader): void {
  loaders.set(field, load)
}

/** Where a person or a membership came from stands as a code; what people wrote stands for itself. */
const SOURCES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  miniProgram: ['小程序', 'Mini program'],
  officialAccount: ['服务号', 'Official account'],
  wechat: ['微信', 'WeChat'],
  wecom: ['企业微信', 'WeCom'],
  liveCode: ['渠道活码', 'Live code'],
  staff: ['店员录入', 'Staff'],
  operator: ['后台', 'Admin'],
  api: ['接口', 'API'],
  sample: ['演示数据', 'Sample data'],
  import: ['文件导入', 'Import'],
}
const CODED: ReadonlySet<string> = new Set<FieldName>(['firstSource', 'joinChannel'])

/** What a value that was found in a field is called, in both languages: `import:orders` is a file that was imported. */
export function nameOfValue(field: string, value: string): { zh: string; en: string } {
  const [zh, en] = (CODED.has(field) && (SOURCES[value] ?? SOURCES[value.split(':')[0] ?? ''])) || [value, value]
  return { zh, en }
}

export function choicesOf(field: FieldName): Loader | undefined {
  return loaders.get(field)
}
