import type { SubjectInput } from '@banyan/shared'
import { attribute, choices, daysAgo, personOf, seeded, shape, type Template } from './template.ts'

/** 新 22 / 老 58 / 流失 16. */
const STAGES = [
  ['新', 22],
  ['老', 58],
  ['流失', 16],
] as const

/** A dealer network: both the legal person and the buyer are told. */
export const dealer: Template = {
  zh: '经销',
  en: 'Dealer network',
  description: {
    zh: '经销商与门店、法人和采购两位联系人：进货额、等级、合同到期；政策同时通知两人',
    en: 'Dealers with a legal person and a buyer: purchases, grade, contract; policies go to both',
  },
  types: [
    {
      key: 'dealer',
      shape: shape({
        zh: '经销商',
        en: 'Dealer',
        attributes: [
          attribute('name', '名称', 'Name', 'text', { isUnique: true, isRequired: true }),
          attribute('stage', '阶段', 'Stage', 'choice', { choices: choices('新', '老', '流失') }),
          attribute('region', '大区', 'Region', 'choice', { choices: choices('华东', '华中', '华南', '西南') }),
          attribute('yearPurchasesFen', '年进货额', 'Purchases this year', 'money'),
          attribute('lastOrderOn', '最近进货', 'Last order', 'date'),
          attribute('contractEndsOn', '合同到期', 'Contract ends', 'date'),
          attribute('lines', '经营品类', 'Lines', 'list', { choices: choices('手机', '电脑', '配件', '影音') }),
        ],
        relations: [
          { key: 'contact', zh: '联系人', en: 'Contact', to: 'person', isMany: true, roles: ['法人', '采购'] },
          { key: 'parent', zh: '上级经销商', en: 'Parent', to: 'dealer', isMany: false, roles: [] },
        ],
        reach: {
          mode: 'all',
          steps: [
            { by: 'relation', relation: 'contact', role: '法人' },
            { by: 'relation', relation: 'contact', role: '采购' },
          ],
        },
        titleAttribute: 'name',
      }),
    },
  ],
  sample: today => [{ typeKey: 'dealer', subjects: dealers(today) }],
}

function dealers(today: Date): SubjectInput[] {
  const random = seeded(96)
  const regions = ['华东', '华中', '华南', '西南'] as const
  const lines = ['手机', '电脑', '配件', '影音'] as const
  const stages = STAGES.flatMap(([stage, count]) => Array.from({ length: count }, () => stage))
  return stages.map((stage, n) => {
    const quietDays = stage === '流失' ? 120 + Math.floor(random() * 200) : Math.floor(random() * 45)
    return {
      values: {
        name: `砚泽数码 ${String(n + 1).padStart(3, '0')} 号店`,
        stage,
        region: regions[n % 4] ?? '华东',
        yearPurchasesFen: stage === '流失' ? 0 : 2_000_000 + Math.floor(random() * 30_000_000),
        lastOrderOn: daysAgo(today, quietDays),
        contractEndsOn: daysAgo(today, -Math.floor(random() * 400)),
        lines: [...new Set([lines[n % 4] ?? '手机', lines[(n * 3 + 1) % 4] ?? '配件'])],
      },
      relations: [
        { relation: 'contact', role: '法人', ...personOf(3, n) },
        // A legal person sometimes buys himself.
        { relation: 'contact', role: '采购', ...personOf(3, n % 7 === 0 ? n : 500_000 + n) },
        ...(n >= 22 && n % 11 === 0
          ? [{ relation: 'parent', role: '', match: { attribute: 'name', value: '砚泽数码 001 号店' } }]
          : []),
      ],
    }
  })
}
