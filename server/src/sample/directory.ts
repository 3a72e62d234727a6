import { storeDefs, surnameAt } from './world.ts'

export type SampleStaff = {
  userid: string
  name: string
  departmentIds: number[]
  position: string
  storeCode: string | null
  role: 'clerk' | 'manager'
  /** Gone before today, with his customers still in his name. */
  leavesDaysAgo: number | null
  /** Friends of hers that no list names: with her 80 here she stands at 4,980 of 5,000. */
  contactsElsewhere: number
}

const CALL_NAMES = [
  '月溪',
  '禾',
  '一木',
  '棠棠',
  '望舒',
  '晚晴',
  '小北',
  '青禾',
  '知秋',
  '嘉宁',
  '子夜',
  '晨曦',
  '若水',
  '南星',
  '白露',
  '谷雨',
  '立夏',
  '小寒',
  '惊蛰',
  '清和',
  '映雪',
  '听澜',
  '疏影',
  '采蓝',
]

const LEAVES_DAYS_AGO: Record<string, number> = { 'LY-NJQX': 12, 'RJ-CSLN': 26 }

/** 12 managers, 36 clerks and 6 at headquarters; two of the clerks leave, one is full. The first four are those of the simulator's story. */
export const staffDefs: readonly SampleStaff[] = makeStaff()

function makeStaff(): SampleStaff[] {
  const list: SampleStaff[] = []
  const known: Record<string, { userid: string; name: string }> = {
    'LY-SHJL:0': { userid: 'ZhaoYueXi', name: '赵月溪' },
    'LY-SHJL:1': { userid: 'QianHe', name: '钱禾' },
    'LY-SHJL:2': { userid: 'SunYiMu', name: '孙一木' },
    'RJ-SHYA:0': { userid: 'LiTangTang', name: '李棠棠' },
  }
  storeDefs.forEach((store, at) => {
    const departmentIds = [store.brand === 'lieye' ? 2 : 3]
    for (let seat = 0; seat < 4; seat += 1) {
      const fixed = known[`${store.code}:${seat}`]
      const isManager = seat === 0
      const name = fixed?.name ?? `${surnameAt(at * 4 + seat + 5)}${CALL_NAMES[(at * 5 + seat * 7) % CALL_NAMES.length]}`
      list.push({
        userid: fixed?.userid ?? `${store.code.replace('-', '')}0${seat}`,
        name,
        departmentIds,
        position: isManager ? '店长' : '导购',
        storeCode: store.code,
        role: isManager ? 'manager' : 'clerk',
        leavesDaysAgo: seat === 3 ? (LEAVES_DAYS_AGO[store.code] ?? null) : null,
        contactsElsewhere: store.code === 'LY-SHYA' && seat === 2 ? 4900 : 0,
      })
    }
  })
  const titles = ['会员运营', '会员运营', '私域运营', '数据分析', '客服主管', '品牌总监']
  for (const [at, position] of titles.entries()) {
    list.push({
      userid: `HQ0${at + 1}`,
      name: `${surnameAt(at + 70)}${CALL_NAMES[(at * 3 + 1) % CALL_NAMES.length]}`,
      departmentIds: [1],
      position,
      storeCode: null,
      role: 'clerk',
      leavesDaysAgo: null,
      contactsElsewhere: 0,
    })
  }
  return list
}
