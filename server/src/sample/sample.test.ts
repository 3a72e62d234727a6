import { beforeAll, describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { demoIds } from '../app/demo.ts'
import { rows, runMigrations, sql, systemCtx } from '../core/index.ts'
import { checkLedger } from '../members/index.ts'
import { makeSample, makeSampleBrands, migrations, type SampleOrganisation } from './index.ts'

const product = useProduct()
let organisation: SampleOrganisation

const count = async (query: ReturnType<typeof sql>) => Number((await rows<{ n: number }>(query))[0]?.n ?? 0)
const accounts = { corpId: demoIds.corpId, miniPrograms: demoIds.miniPrograms, officialAccounts: demoIds.officialAccounts }

describe('the sample', () => {
  beforeAll(async () => {
    await runMigrations(migrations)
    organisation = await makeSampleBrands()
    await make.connections(product.simulator, { first: organisation.brandIds.lieye, second: organisation.brandIds.rongjiu })
    // Killed in the middle, it goes on where it stopped.
    let calls = 0
    const stopped = await makeSample(accounts, () => {
      calls += 1
      if (calls === 30) throw new Error('killed')
    }).catch(error => String(error))
    expect(stopped).toContain('killed')
    await makeSample(accounts, () => undefined)
  }, 600_000)

  test('has the people, members, orders and coupons it promises', async () => {
    const { lieye, rongjiu } = organisation.brandIds
    const ofBrand = async (brandId: number) => [
      await count(sql`SELECT COUNT(*) AS n FROM members WHERE brand_id = ${brandId} AND status = 'active'`),
      await count(sql`SELECT COUNT(*) AS n FROM orders WHERE brand_id = ${brandId}`),
    ]
    expect(await ofBrand(lieye)).toEqual([3400, 7401])
    expect(await ofBrand(rongjiu)).toEqual([2100, 4200])
    expect(await count(sql`SELECT COUNT(*) AS n FROM coupons WHERE status = 'used'`)).toBeGreaterThan(700)
    expect(await count(sql`SELECT COUNT(*) AS n FROM orders WHERE status IN ('refunded', 'partlyRefunded')`)).toBeGreaterThan(500)
    expect(await count(sql`SELECT COUNT(*) AS n FROM merges`)).toBeGreaterThanOrEqual(170)
    expect(await count(sql`SELECT COUNT(*) AS n FROM reviews WHERE status = 'open'`)).toBeGreaterThanOrEqual(24)
  })

  test('every ledger sums and no batch gave out more than its stock', async () => {
    expect((await checkLedger(systemCtx())).differing).toEqual([])
    expect(
      await count(
        sql`SELECT COUNT(*) AS n FROM coupon_stocks s WHERE s.claimed > s.stock OR s.claimed <> (SELECT COUNT(*) FROM coupons c WHERE c.batch_id = s.batch_id)`,
      ),
    ).toBe(0)
  })

  test('is made once', async () => {
    const before = await count(sql`SELECT COUNT(*) AS n FROM orders`)
    await makeSample(accounts, () => undefined)
    expect(await count(sql`SELECT COUNT(*) AS n FROM orders`)).toBe(before)
  })
})
