import { type SampleBrand, storeDefs } from './world.ts'

export type CodePlan = {
  key: string
  brand: SampleBrand
  kind: 'wecom' | 'miniProgram' | 'officialAccount'
  name: string
  channel: string
  storeCode: string | null
  costFen: number
  weight: number
  /** Nobody has scanned it for so long. */
  silentDays: number
  /** Over since then, so that its silence alarms nobody. */
  endedDaysAgo?: number
  /** Only these receive customers, and nobody stands in for them. */
  userIds?: string[]
}

const plan = (
  key: string,
  kind: CodePlan['kind'],
  name: string,
  channel: string,
  of: { storeCode?: string; costYuan?: number; weight: number } & Pick<
    Partial<CodePlan>,
    'silentDays' | 'endedDaysAgo' | 'userIds'
  >,
): CodePlan => {
  const { storeCode = null, costYuan = 0, weight, endedDaysAgo, ...rest } = of
  return {
    key,
    brand: key.includes('RJ-') || key.endsWith(':rongjiu') ? 'rongjiu' : 'lieye',
    kind,
    name,
    channel,
    storeCode,
    costFen: Math.round(costYuan * 100),
    weight,
    silentDays: endedDaysAgo ?? 0,
    ...(endedDaysAgo === undefined ? {} : { endedDaysAgo }),
    ...rest,
  }
}

const nameOf = (code: string) => storeDefs.find(store => store.code === code)?.name ?? ''
const counters = storeDefs.filter(store => store.kind !== 'online')

/** Twenty-six codes: a counter card per store, and the rest by material. */
export const codePlans: readonly CodePlan[] = [
  ...counters.map(store =>
    plan(`counter:${store.code}`, 'wecom', `${store.name} 收银台`, '收银台台卡', {
      storeCode: store.code,
      costYuan: 68,
      weight: 10,
      // The sticker fell off nine days ago: an alarm to find.
      silentDays: store.code === 'LY-WHJT' ? 9 : 0,
    }),
  ),
  ...['LY-SHJL', 'RJ-SHYA', 'RJ-HZHD'].map(code =>
    plan(`badge:${code}`, 'wecom', `${nameOf(code)} 员工工牌`, '员工工牌', { storeCode: code, costYuan: 12, weight: 4 }),
  ),
  // Its one shop assistant has left: whoever scans it finds nobody.
  plan('badge:LY-NJQX', 'wecom', '南京栖霞里店 员工工牌', '员工工牌', {
    storeCode: 'LY-NJQX',
    costYuan: 12,
    weight: 3,
    silentDays: 12,
    userIds: ['LYNJQX03'],
  }),
  plan('parcel:lieye', 'wecom', '枥野 包裹卡', '包裹卡', { storeCode: 'LY-WEB', costYuan: 460, weight: 12 }),
  plan('parcel:rongjiu', 'miniProgram', '绒啾 包裹卡', '包裹卡', { costYuan: 320, weight: 6 }),
  plan('mall:lieye', 'wecom', '商场中庭快闪', '商场中庭活动', {
    storeCode: 'LY-SHJL',
    costYuan: 2600,
    weight: 22,
    endedDaysAgo: 20,
  }),
  // ¥11.8 for each who adds.
  plan('moments:lieye', 'wecom', '朋友圈广告 秋季', '朋友圈广告', { costYuan: 1240, weight: 15 }),
  plan('cafe:lieye', 'miniProgram', '异业咖啡（演示）', '异业合作', { costYuan: 300, weight: 3 }),
  plan('menu:lieye', 'officialAccount', '枥野 服务号菜单', '公众号菜单', { weight: 3 }),
  plan('menu:rongjiu', 'officialAccount', '绒啾 服务号菜单', '公众号菜单', { weight: 3 }),
  plan('poster:lieye', 'miniProgram', '橱窗海报 618', '门店海报', {
    storeCode: 'LY-CDJC',
    costYuan: 160,
    weight: 3,
    endedDaysAgo: 40,
  }),
  plan('fair:rongjiu', 'miniProgram', '母婴沙龙签到', '线下活动', {
    storeCode: 'RJ-CSLN',
    costYuan: 900,
    weight: 4,
    endedDaysAgo: 12,
  }),
  plan('school:rongjiu', 'miniProgram', '幼儿园合作', '异业合作', { costYuan: 400, weight: 3 }),
  plan('service:rongjiu', 'wecom', '绒啾 售后卡', '包裹卡', { storeCode: 'RJ-SHYA', costYuan: 90, weight: 4 }),
]
