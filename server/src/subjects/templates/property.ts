import type { SubjectInput } from '@banyan/shared'
import { attribute, choices, daysAgo, personOf, seeded, shape, type Template } from './template.ts'

const HOUSES = 860
const OWING = 132
const TENANT_CONTACTS = 41

/** A property company: houses with their fees; the tenant is told where he is the contact, else the owner. */
export const property: Template = {
  zh: '物业',
  en: 'Property company',
  description: {
    zh: '房屋、业主与租客：物业费欠缴、面积、交房；租客为联系人的先联系租客',
    en: 'Houses, owners and tenants: fees owed, area, handover; a tenant who is the contact is told first',
  },
  types: [
    {
      key: 'house',
      shape: shape({
        zh: '房屋',
        en: 'House',
        attributes: [
          attribute('number', '房号', 'Number', 'text', { isUnique: true, isRequired: true }),
          attribute('estate', '小区', 'Estate', 'choice', { choices: choices('和澍一期', '和澍二期', '云栖里') }),
          attribute('area', '面积', 'Area', 'number', { unit: '㎡' }),
          attribute('handedOverOn', '交房日期', 'Handed over', 'date'),
          attribute('owedFen', '欠费', 'Owed', 'money'),
          attribute('paidUntil', '费用已缴至', 'Paid until', 'date'),
          attribute('isLet', '出租中', 'Let', 'boolean'),
        ],
        relations: [
          { key: 'owner', zh: '业主', en: 'Owner', to: 'person', isMany: true, roles: ['产权人', '共有人'] },
          { key: 'contact', zh: '联系人', en: 'Contact', to: 'person', isMany: true, roles: ['租客', '家属'] },
        ],
        reach: {
          mode: 'first',
          steps: [
            { by: 'relation', relation: 'contact', role: '租客' },
            { by: 'relation', relation: 'owner', role: '产权人' },
          ],
        },
        titleAttribute: 'number',
      }),
    },
  ],
  sample: today => [{ typeKey: 'house', subjects: houses(today) }],
}

function houses(today: Date): SubjectInput[] {
  const random = seeded(860)
  const estates = ['和澍一期', '和澍二期', '云栖里'] as const
  return Array.from({ length: HOUSES }, (_, n) => {
    const owes = n < OWING
    const hasTenant = n < TENANT_CONTACTS
    return {
      values: {
        number: `${Math.floor(n / 72) + 1}栋${(Math.floor(n / 36) % 2) + 1}单元${(Math.floor(n / 2) % 18) + 1}0${(n % 2) + 1}`,
        estate: estates[n % 3] ?? '和澍一期',
        area: 62 + Math.floor(random() * 90),
        handedOverOn: daysAgo(today, 400 + Math.floor(random() * 2_000)),
        owedFen: owes ? 60_000 + Math.floor(random() * 400_000) : 0,
        paidUntil: owes ? daysAgo(today, 30 + Math.floor(random() * 300)) : daysAgo(today, -Math.floor(random() * 300)),
        isLet: hasTenant,
      },
      relations: [
        { relation: 'owner', role: '产权人', ...personOf(2, n) },
        ...(hasTenant ? [{ relation: 'contact', role: '租客', ...personOf(2, 500_000 + n) }] : []),
      ],
    }
  })
}
