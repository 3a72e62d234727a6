/** The made-up group: 穗屿生活集团（演示）, its brands, stores, staff and goods. Every name is invented. */
export type SampleBrand = 'lieye' | 'rongjiu'
export const BRANDS: readonly SampleBrand[] = ['lieye', 'rongjiu']

export const brandDefs = {
  lieye: {
    name: '枥野（演示）',
    code: 'lieye',
    color: '#1F7A4D',
    members: 3400,
    orders: 7400,
    buyers: 2357,
    returnShare: 0.048,
    femaleShare: 0.88,
  },
  rongjiu: {
    name: '绒啾（演示）',
    code: 'rongjiu',
    color: '#C77700',
    members: 2100,
    orders: 4200,
    buyers: 1338,
    returnShare: 0.095,
    femaleShare: 0.79,
  },
} as const

export const storeDefs: readonly {
  brand: SampleBrand
  name: string
  code: string
  city: string
  kind: 'direct' | 'dealer' | 'online'
  share: number
}[] = [
  { brand: 'lieye', name: '上海静里店', code: 'LY-SHJL', city: '上海', kind: 'direct', share: 18 },
  { brand: 'lieye', name: '上海云岸店', code: 'LY-SHYA', city: '上海', kind: 'direct', share: 14 },
  { brand: 'lieye', name: '杭州湖东店', code: 'LY-HZHD', city: '杭州', kind: 'direct', share: 13 },
  { brand: 'lieye', name: '南京栖霞里店', code: 'LY-NJQX', city: '南京', kind: 'direct', share: 9 },
  { brand: 'lieye', name: '苏州平桥店', code: 'LY-SZPQ', city: '苏州', kind: 'direct', share: 8 },
  { brand: 'lieye', name: '成都锦川店', code: 'LY-CDJC', city: '成都', kind: 'direct', share: 9 },
  { brand: 'lieye', name: '武汉江汀店', code: 'LY-WHJT', city: '武汉', kind: 'direct', share: 7 },
  { brand: 'lieye', name: '枥野线上商城', code: 'LY-WEB', city: '', kind: 'online', share: 22 },
  { brand: 'rongjiu', name: '上海云岸店（绒啾）', code: 'RJ-SHYA', city: '上海', kind: 'direct', share: 34 },
  { brand: 'rongjiu', name: '杭州湖东店（绒啾）', code: 'RJ-HZHD', city: '杭州', kind: 'direct', share: 28 },
  { brand: 'rongjiu', name: '长沙麓南店（经销·砚泽）', code: 'RJ-CSLN', city: '长沙', kind: 'dealer', share: 20 },
  { brand: 'rongjiu', name: '郑州中原里店（经销·砚泽）', code: 'RJ-ZZZY', city: '郑州', kind: 'dealer', share: 18 },
]

export const tierDefs: Record<
  SampleBrand,
  readonly { name: string; thresholdFen: number; pointsPercent: number; color: string; benefits: string[] }[]
> = {
  lieye: [
    { name: '新芽', thresholdFen: 0, pointsPercent: 100, color: '#8FA398', benefits: ['消费得积分', '生日月礼'] },
    { name: '青枝', thresholdFen: 80_000, pointsPercent: 110, color: '#4F9D6E', benefits: ['1.1 倍积分', '生日双倍积分'] },
    {
      name: '繁叶',
      thresholdFen: 250_000,
      pointsPercent: 125,
      color: '#1F7A4D',
      benefits: ['1.25 倍积分', '新品试用', '专享券'],
    },
    {
      name: '冠木',
      thresholdFen: 600_000,
      pointsPercent: 150,
      color: '#17472F',
      benefits: ['1.5 倍积分', '护肤顾问一对一', '年度礼盒'],
    },
  ],
  rongjiu: [
    { name: '小绒', thresholdFen: 0, pointsPercent: 100, color: '#D9A86C', benefits: ['消费得积分', '宝宝生日礼'] },
    { name: '中绒', thresholdFen: 100_000, pointsPercent: 110, color: '#C77700', benefits: ['1.1 倍积分', '免费改裤脚'] },
    {
      name: '大绒',
      thresholdFen: 300_000,
      pointsPercent: 130,
      color: '#8A4F00',
      benefits: ['1.3 倍积分', '换季优先购', '尺码包换'],
    },
  ],
}

/** `season`: months in which it sells `factor` times as much. */
export type Product = {
  sku: string
  name: string
  priceFen: number
  weight: number
  season?: { months: number[]; factor: number }
}
const product = (sku: string, name: string, yuan: number, weight: number, season?: Product['season']): Product => ({
  sku,
  name,
  priceFen: yuan * 100,
  weight,
  ...(season ? { season } : {}),
})
const SUN = { months: [4, 5, 6, 7, 8], factor: 2.4 }
const COLD = { months: [10, 11, 12, 1, 2], factor: 1.8 }
const DOWN = { months: [10, 11, 12], factor: 3 }

export const products: Record<SampleBrand, readonly Product[]> = {
  lieye: [
    product('LY-CL01', '栀子净澈洁面 120g', 98, 18),
    product('LY-TN01', '苦橙花修护水 150ml', 158, 13),
    product('LY-ES01', '山茶籽修护精华 30ml', 328, 11),
    product('LY-EM01', '蓝铜轻透乳 100ml', 218, 8),
    product('LY-SP01', '青柚防晒 50ml', 168, 8, SUN),
    product('LY-CR01', '雪松面霜 50g', 268, 7, COLD),
    product('LY-TR01', '旅行四件套', 99, 14),
    product('LY-MK01', '山茶面膜 10 片', 139, 12),
    product('LY-GB01', '四季礼盒', 598, 2),
    product('LY-CL02', '白茶卸妆油 150ml', 128, 7),
    product('LY-ES02', '夜息修护油 15ml', 258, 4),
    product('LY-EY01', '接骨木眼霜 15g', 238, 5),
    product('LY-BD01', '雨后身体乳 200ml', 118, 6, COLD),
    product('LY-HD01', '橙花护手霜 50g', 58, 9, COLD),
    product('LY-LP01', '蜂蜡润唇膏', 45, 7, COLD),
    product('LY-SP02', '矿物防晒喷雾', 138, 5, SUN),
    product('LY-HR01', '生姜洗发露 300ml', 108, 5),
    product('LY-HR02', '茶枯护发素 300ml', 108, 4),
    product('LY-CN01', '苔原香薰蜡烛', 188, 2),
    product('LY-MK02', '绿豆泥膜 80g', 98, 5),
    product('LY-BT01', '空瓶回收袋', 9, 1),
  ],
  rongjiu: [
    product('RJ-BS01', '云棉连体衣', 129, 16),
    product('RJ-PT01', '防蚊长裤', 149, 12, { months: [4, 5, 6, 7, 8, 9], factor: 1.8 }),
    product('RJ-CT01', '三防外套', 399, 7, { months: [3, 4, 9, 10, 11], factor: 1.6 }),
    product('RJ-DN01', '羽绒马甲', 459, 5, DOWN),
    product('RJ-BG01', '开学书包', 299, 5, { months: [2, 8, 9], factor: 2.6 }),
    product('RJ-SL01', '恒温睡袋', 269, 6, COLD),
    product('RJ-FM01', '亲子套装', 528, 3, { months: [5, 6], factor: 2 }),
    product('RJ-SK01', '袜子 5 双', 59, 20),
    product('RJ-TS01', '有机棉 T 恤', 119, 14, { months: [4, 5, 6, 7, 8], factor: 1.8 }),
    product('RJ-SH01', '学步鞋', 239, 8),
    product('RJ-HT01', '遮阳帽', 89, 6, SUN),
    product('RJ-RC01', '雨衣', 169, 4, { months: [5, 6, 7], factor: 1.8 }),
    product('RJ-SW01', '泳衣', 159, 4, { months: [6, 7, 8], factor: 3 }),
    product('RJ-KN01', '羊毛开衫', 289, 5, COLD),
    product('RJ-PJ01', '家居服套装', 199, 9),
    product('RJ-BL01', '安抚毛毯', 139, 5),
    product('RJ-DN02', '轻羽绒服', 499, 4, DOWN),
    product('RJ-SC01', '围巾手套套装', 99, 5, COLD),
    product('RJ-BB01', '口水巾 3 条', 49, 8),
    product('RJ-JN01', '弹力牛仔裤', 179, 8),
    product('RJ-DR01', '纱裙', 219, 5, { months: [5, 6, 7, 8, 9], factor: 1.6 }),
  ],
}

/** Monthly index, January first, mean 1. */
export const monthIndex: Record<SampleBrand, readonly number[]> = {
  lieye: [0.92, 0.7, 1.22, 0.86, 0.98, 1.3, 0.8, 0.88, 0.95, 0.9, 1.62, 0.87],
  rongjiu: [1.25, 0.75, 0.95, 0.98, 1.12, 1.1, 0.78, 1.18, 0.92, 1.02, 1.2, 0.75],
}
/** Monday first. */
export const weekdayIndex = [0.86, 0.84, 0.88, 0.92, 1.02, 1.28, 1.2] as const
/** By hour of the day, midnight first. */
export const storeHours = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 6, 7, 10, 11, 10, 7, 10, 10, 6, 1, 0] as const
export const onlineHours = [3, 1, 0.5, 0.3, 0.2, 0.3, 1, 2, 3, 4, 4, 5, 9, 9, 5, 4, 4, 4, 5, 6, 10, 12, 11, 8] as const
/** Spring festivals, when stores sell a quarter for a week. */
export const springFestivals = ['2025-01-29', '2026-02-17', '2027-02-06', '2028-01-26', '2029-02-13'] as const

const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文'
const FEMALE = [
  '雨桐',
  '思琪',
  '梦瑶',
  '佳怡',
  '欣妍',
  '可欣',
  '诗涵',
  '语嫣',
  '若溪',
  '清欢',
  '晓彤',
  '婉清',
  '知夏',
  '南乔',
  '星眠',
  '念薇',
  '芷若',
  '书瑶',
  '沐晴',
  '安禾',
  '悦宁',
  '乐怡',
  '静姝',
  '小满',
  '云舒',
  '映月',
  '初晴',
  '又青',
  '亦菲',
  '舒窈',
  '听雪',
  '采薇',
]
const MALE = [
  '浩然',
  '子轩',
  '宇航',
  '俊杰',
  '泽楷',
  '亦辰',
  '景行',
  '予安',
  '承宇',
  '明远',
  '嘉树',
  '一鸣',
  '修远',
  '知行',
  '牧野',
  '北辰',
  '思远',
  '星野',
  '言蹊',
  '云帆',
  '逸飞',
  '怀瑾',
  '立诚',
  '子衿',
]

export function surnameAt(index: number): string {
  return SURNAMES[index % SURNAMES.length] ?? '林'
}
export const femaleNames: readonly string[] = FEMALE
export const maleNames: readonly string[] = MALE
export const cities = ['上海', '杭州', '南京', '苏州', '成都', '武汉', '长沙', '郑州', '北京', '深圳', '宁波', '合肥'] as const
