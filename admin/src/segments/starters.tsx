import { Button } from 'antd'
import { t } from '../i18n.ts'
import type { Catalogue, ClientGroup } from '../selection/types.ts'

/** Rules that brands really run, to begin from. */
export function Starters({ catalogue, onPick }: { catalogue: Catalogue; onPick: (rule: ClientGroup) => void }) {
  const paid = catalogue.tracks.find(track => track.name === 'order_paid')?.name
  const last = (days: number) => ({ type: 'rolling' as const, last: days, unit: 'days' as const })
  const starters: [string, ClientGroup][] = [
    ...(paid
      ? ([
          [
            t('高价值且手里有券', 'High value, holds a coupon'),
            {
              kind: 'all',
              rules: [
                {
                  kind: 'tracks',
                  name: paid,
                  filters: [],
                  window: last(90),
                  measure: { of: 'count' },
                  is: { op: '>=', value: 2 },
                },
                { kind: 'number', field: 'paidFen', is: { op: '>', value: 100_000 } },
                { kind: 'number', field: 'couponsHeld', is: { op: '>=', value: 1 } },
                { kind: 'number', field: 'tierRank', is: { op: '>=', value: 1 } },
              ],
            },
          ],
          [
            t('沉睡：180 天没有下单', 'Asleep for 180 days'),
            {
              kind: 'all',
              rules: [
                { kind: 'number', field: 'ordersCount', is: { op: '>=', value: 2 } },
                { kind: 'date', field: 'lastPaidAt', is: { op: 'notWithin', window: last(180) } },
              ],
            },
          ],
        ] as [string, ClientGroup][])
      : []),
    [
      t('一周内生日', 'Birthday within a week'),
      { kind: 'all', rules: [{ kind: 'anniversary', field: 'birthday', is: { op: 'inDays', fromDays: 0, toDays: 7 } }] },
    ],
    [
      t('新会员还没有下单', 'Joined, not bought'),
      {
        kind: 'all',
        rules: [
          { kind: 'date', field: 'joinedAt', is: { op: 'within', window: last(7) } },
          { kind: 'number', field: 'ordersCount', is: { op: '=', value: 0 } },
        ],
      },
    ],
    [
      t('等级 30 天内到期', 'Tier ends in 30 days'),
      { kind: 'all', rules: [{ kind: 'date', field: 'tierEndsAt', is: { op: 'ahead', next: 30, unit: 'days' } }] },
    ],
    [
      t('300 分将到期', '300 points about to expire'),
      { kind: 'all', rules: [{ kind: 'number', field: 'pointsExpiring', is: { op: '>=', value: 300 } }] },
    ],
  ]
  return (
    <div style={{ marginTop: 20 }}>
      <div className="by-small by-soft" style={{ marginBottom: 8 }}>
        {t('或从常用的开始', 'Or begin with one of these')}
      </div>
      <div className="by-row by-wrap">
        {starters.map(([label, rule]) => (
          <Button key={label} onClick={() => onPick(rule)}>
            {label}
          </Button>
        ))}
      </div>
    </div>
  )
}
