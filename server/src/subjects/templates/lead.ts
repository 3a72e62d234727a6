import type { SubjectInput } from '@banyan/shared'
import { attribute, choices, daysAgo, personOf, seeded, shape, type Template } from './template.ts'

/** 热 38 / 温 91 / 冷 171. */
const HEAT = [
  ['热', 38],
  ['温', 91],
  ['冷', 171],
] as const

/** Leads: an enquiry with its heat and its phone; the person behind it may not be known yet. */
export const lead: Template = {
  zh: '线索',
  en: 'Leads',
  description: {
    zh: '销售线索：热度、来源、意向与预算；没有客户时直接用留资电话联系',
    en: 'Sales leads: heat, source, interest, budget; reached by the phone they left when nobody is known',
  },
  types: [
    {
      key: 'lead',
      shape: shape({
        zh: '线索',
        en: 'Lead',
        attributes: [
          attribute('number', '编号', 'Number', 'text', { isUnique: true, isRequired: true }),
          attribute('heat', '热度', 'Heat', 'choice', { choices: choices('热', '温', '冷') }),
          attribute('source', '来源', 'Source', 'choice', { choices: choices('展会', '官网', '转介绍', '广告') }),
          attribute('interest', '意向', 'Interest', 'text'),
          attribute('budgetFen', '预算', 'Budget', 'money'),
          attribute('lastTouchedAt', '最近跟进', 'Last touched', 'time'),
          attribute('phone', '留资电话', 'Phone', 'phone'),
        ],
        relations: [{ key: 'person', zh: '客户', en: 'Person', to: 'person', isMany: false, roles: [] }],
        reach: {
          mode: 'first',
          steps: [
            { by: 'relation', relation: 'person' },
            { by: 'attribute', attribute: 'phone' },
          ],
        },
        titleAttribute: 'number',
      }),
    },
  ],
  sample: today => [{ typeKey: 'lead', subjects: leads(today) }],
}

function leads(today: Date): SubjectInput[] {
  const random = seeded(300)
  const sources = ['展会', '官网', '转介绍', '广告'] as const
  const heats = HEAT.flatMap(([heat, count]) => Array.from({ length: count }, () => heat))
  return heats.map((heat, n) => {
    const quietDays =
      heat === '热' ? Math.floor(random() * 3) : heat === '温' ? 3 + Math.floor(random() * 20) : 30 + Math.floor(random() * 90)
    const isKnown = n % 3 === 0
    return {
      values: {
        number: `XS${String(n + 1).padStart(5, '0')}`,
        heat,
        source: sources[n % 4] ?? '官网',
        interest: ['试驾 X7', '企业采购', '换购', '充电桩'][n % 4] ?? '试驾 X7',
        budgetFen: (10 + Math.floor(random() * 30)) * 1_000_000,
        lastTouchedAt: `${daysAgo(today, quietDays)}T02:30:00.000Z`,
        phone: isKnown ? null : personOf(4, n).phone,
      },
      relations: isKnown ? [{ relation: 'person', role: '', ...personOf(4, n) }] : [],
    }
  })
}
