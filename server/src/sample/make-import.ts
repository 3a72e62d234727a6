import { Readable } from 'node:stream'
import iconv from 'iconv-lite'
import { type Ctx, dayIn, shiftDay, startOfDay, systemCtx } from '../core/index.ts'
import { workers as importWorkers, previewImport, startImport, takeUpload } from '../platform/index.ts'
import type { Organisation } from './make-brands.ts'
import { atMoment, workAll } from './play.ts'
import type { SamplePerson } from './population.ts'
import { type Random, randomOf } from './random.ts'
import { once, onceOutside } from './steps.ts'
import { products, storeDefs } from './world.ts'

const DAYS_AGO = 3
const GOOD_ORDERS = 96
const HEADER = '订单编号,下单时间,手机,货号,商品名称,数量,单价,优惠金额,门店'

/** A till's file as it comes from Excel in China: GBK, and twelve of its rows cannot be read. Uploaded, mapped and worked like any other. */
export async function makeImport(ctx: Ctx, people: readonly SamplePerson[], organisation: Organisation): Promise<void> {
  const day = shiftDay(dayIn(ctx.now), -DAYS_AGO)
  const uploader = systemCtx({
    brandId: organisation.brandIds.lieye,
    now: new Date(startOfDay(day).getTime() + 10.4 * 3_600_000),
    name: '演示运营 小顾',
  })
  const csv = iconv.encode(linesOf(ctx, people).join('\r\n'), 'gb18030')
  await atMoment(uploader.now, async () => {
    const importId = await once(ctx, 'import:file', () =>
      takeUpload(
        uploader,
        { kind: 'orders', fileName: '湖东店收银 补录.csv', sizeBytes: csv.length, ip: '' },
        Readable.from([csv]),
      ),
    )
    await once(ctx, 'import:start', async () => {
      const { suggestedMapping, encoding } = await previewImport(uploader, { importId })
      await startImport(uploader, { importId, mapping: suggestedMapping, encoding, options: { earnsPoints: true } })
      return true
    })
    await onceOutside(ctx, 'import:work', () => workAll(importWorkers))
  })
}

function linesOf(ctx: Ctx, people: readonly SamplePerson[]): string[] {
  const random = randomOf('sample:import')
  const buyers = people.filter(person => person.members.lieye && person.phone && person.members.lieye.orders > 1)
  const good = Array.from({ length: GOOD_ORDERS }, (_, n) =>
    orderLines(ctx, random, n, random.chance(0.6) ? random.pick(buyers) : null),
  )
  const lines = good.flat()
  // Among the others, one by one.
  for (const [at, broken] of BROKEN.entries()) lines.splice(7 + at * 9, 0, broken)
  return [HEADER, ...lines, '']
}

function orderLines(ctx: Ctx, random: Random, n: number, buyer: SamplePerson | null): string[] {
  const day = shiftDay(dayIn(ctx.now), -DAYS_AGO - random.int(1, 9)).replaceAll('-', '/')
  const at = `${day} ${random.int(10, 20)}:${String(random.int(0, 59)).padStart(2, '0')}`
  const store = storeDefs[2]?.code ?? ''
  return Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => {
    const { sku, name, priceFen } = random.pick(products.lieye)
    return [
      `POS${String(20_300 + n)}`,
      at,
      buyer?.phone ?? '',
      sku,
      name,
      random.chance(0.1) ? 2 : 1,
      priceFen / 100,
      0,
      store,
    ].join(',')
  })
}

/** Each an order of its own, so that exactly twelve rows are refused. */
const BROKEN = [
  'POS90001,2026/13/45,,LY-CL01,栀子净澈洁面,1,98,0,LY-HZHD',
  'POS90002,昨天下午,,LY-TN01,苦橙花修护水,1,158,0,LY-HZHD',
  'POS90003,,,LY-ES01,山茶籽修护精华,1,328,0,LY-HZHD',
  'POS90004,2026/10/08 11:20,,LY-MK01,山茶面膜,0,139,0,LY-HZHD',
  'POS90005,2026/10/08 11:26,,LY-MK01,山茶面膜,两盒,139,0,LY-HZHD',
  'POS90006,2026/10/08 12:01,,LY-HD01,橙花护手霜,1.5,58,0,LY-HZHD',
  'POS90007,2026/10/08 12:40,,LY-GB01,四季礼盒,1,面议,0,LY-HZHD',
  'POS90008,2026/10/08 13:05,,LY-GB01,四季礼盒,1,,0,LY-HZHD',
  'POS90009,2026/10/08 15:31,,LY-CR01,雪松面霜,1,268,-20,LY-HZHD',
  ',2026/10/08 16:12,,LY-LP01,蜂蜡润唇膏,1,45,0,LY-HZHD',
  'POS90011,2026/10/08 16:30,,LY-LP01,蜂蜡润唇膏',
  'POS90012,2026/10/08 17:55,,LY-SP01,青柚防晒,1,168,0,LY-HZXX',
]
