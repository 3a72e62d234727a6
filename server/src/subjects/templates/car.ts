import type { SubjectInput } from '@banyan/shared'
import { attribute, choices, daysAgo, personOf, seeded, shape, type Template } from './template.ts'

const VEHICLES = 1_200
const OWNERS = 1_050
const TWO_OR_MORE = 96
const OVERDUE = 214

/** A car maker: vehicles with their service, owners who may have several, drivers who are somebody else. */
export const car: Template = {
  zh: '汽车',
  en: 'Car maker',
  description: {
    zh: '车辆、车主与用车人：保养到期、里程、质保；先联系车主，找不到再联系用车人',
    en: 'Vehicles, owners and drivers: service due, mileage, warranty; the owner is reached first, else the driver',
  },
  types: [
    {
      key: 'vehicle',
      shape: shape({
        zh: '车辆',
        en: 'Vehicle',
        attributes: [
          attribute('vin', '车架号', 'VIN', 'text', { isUnique: true, isRequired: true }),
          attribute('plate', '车牌', 'Plate', 'text', { isUnique: true }),
          attribute('model', '车型', 'Model', 'choice', { choices: choices('骁屿 S3', '骁屿 S5', '骁屿 X7', '骁屿 E1') }),
          attribute('boughtOn', '购车日期', 'Bought on', 'date'),
          attribute('lastServiceOn', '上次保养', 'Last service', 'date'),
          attribute('mileage', '里程', 'Mileage', 'number', { unit: 'km' }),
          attribute('warrantyEndsOn', '质保到期', 'Warranty ends', 'date'),
          attribute('priceFen', '成交价', 'Price', 'money'),
          attribute('options', '选装', 'Options', 'list', { choices: choices('天窗', '智驾包', '拖钩', '冬季包') }),
          attribute('garage', '常驻位置', 'Kept at', 'location'),
          attribute('isRecalled', '召回未处理', 'Open recall', 'boolean'),
          attribute('contactPhone', '留存电话', 'Phone on file', 'phone'),
        ],
        relations: [
          { key: 'owner', zh: '车主', en: 'Owner', to: 'person', isMany: false, roles: [] },
          { key: 'driver', zh: '用车人', en: 'Driver', to: 'person', isMany: true, roles: ['家人', '员工'] },
        ],
        reach: {
          mode: 'first',
          steps: [
            { by: 'relation', relation: 'owner' },
            { by: 'relation', relation: 'driver' },
            { by: 'attribute', attribute: 'contactPhone' },
          ],
        },
        titleAttribute: 'plate',
      }),
    },
  ],
  sample: today => [{ typeKey: 'vehicle', subjects: vehicles(today) }],
}

const CITIES = ['沪A', '沪B', '苏E', '浙A', '川A']
const PLACES = [
  [31.23, 121.47],
  [31.3, 120.62],
  [30.27, 120.15],
  [30.66, 104.06],
] as const

function vehicles(today: Date): SubjectInput[] {
  const random = seeded(20261122)
  const of = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  return Array.from({ length: VEHICLES }, (_, n) => {
    const isOverdue = n < OVERDUE
    const boughtDays = 200 + Math.floor(random() * 1_500)
    const serviceDays = isOverdue ? 181 + Math.floor(random() * 180) : 1 + Math.floor(random() * 178)
    const [latitude, longitude] = of(PLACES)
    // The last vehicles belong to people who already have one; a few have nobody but a driver.
    const owner = n < OWNERS ? n : (n - OWNERS) % TWO_OR_MORE
    const isOwnerless = n % 97 === 0
    return {
      values: {
        vin: `LXY${String(10_000_000_000_000 + n * 7_919)}`,
        plate: `${of(CITIES)}${10_000 + n * 7}`,
        model: of(['骁屿 S3', '骁屿 S5', '骁屿 X7', '骁屿 E1']),
        boughtOn: daysAgo(today, boughtDays),
        lastServiceOn: daysAgo(today, Math.min(serviceDays, boughtDays)),
        mileage: Math.floor(boughtDays * (20 + random() * 40)),
        warrantyEndsOn: daysAgo(today, boughtDays - 1_095),
        priceFen: 9_980_000 + Math.floor(random() * 200) * 100_000,
        options: random() < 0.4 ? [of(['天窗', '智驾包', '拖钩', '冬季包'])] : [],
        garage: { latitude: latitude + random() / 10, longitude: longitude + random() / 10 },
        isRecalled: n % 41 === 0,
        contactPhone: isOwnerless && n % 2 === 0 ? personOf(1, 900_000 + n).phone : null,
      },
      relations: [
        ...(isOwnerless ? [] : [{ relation: 'owner', role: '', ...personOf(1, owner) }]),
        ...(n % 9 === 0 ? [{ relation: 'driver', role: n % 2 === 0 ? '家人' : '员工', ...personOf(1, 500_000 + n) }] : []),
      ],
    }
  })
}
