import { expect, test } from 'vitest'
import { demoIds } from '../src/app/demo.ts'
import { allWorkers } from '../src/app/product.ts'
import { isWork, row, run, sql } from '../src/core/index.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'
import { player } from './play.ts'

const product = useProduct()

test('no worker loses its dead rows: every table of work shows among the dead letters', () => {
  expect(allWorkers().filter(worker => !isWork(worker.table))).toEqual([])
})

test('a purchase that nobody asks about any more shows with its error, and goes on when it is run again', async () => {
  const brand = await make.brand()
  await make.connections(product.simulator, { first: brand.id })
  const play = player(product)
  const { client } = await play.signIn(await play.addPerson('买家'), demoIds.miniPrograms.lieye)
  const batch = await make.couponBatch(product, brand.id, { priceFen: 990 })
  const { purchaseId, outTradeNo } = await client.call('coupons.buy', { batchId: batch.id })
  await run(
    sql`UPDATE coupon_purchases SET status = 'dead', attempts = 20, last_error = 'pay.away', expires_at = ${new Date(Date.now() - 1000)} WHERE id = ${purchaseId}`,
  )
  const { items } = await product.owner.call('deadLetters.list', { source: 'coupon_purchases' })
  expect(items).toMatchObject([
    { name: 'coupons.askAboutPurchase', subject: outTradeNo, attempts: 20, lastError: 'pay.away', source: 'coupon_purchases' },
  ])
  const [letter] = items
  // A buyer waits for it: nobody can give it up for him.
  expect(letter).toMatchObject({ mayRunAgain: true, mayDismiss: false })
  expect(await product.owner.call('deadLetters.dismiss', { ids: [letter?.id ?? ''] })).toEqual({ count: 0 })
  expect(await product.owner.call('deadLetters.runAgain', { ids: [letter?.id ?? ''] })).toEqual({ count: 1 })
  await product.settle()
  expect((await row<{ state: string }>(sql`SELECT state FROM coupon_purchases WHERE id = ${purchaseId}`))?.state).toBe('closed')
  expect((await product.owner.call('deadLetters.list', { source: 'coupon_purchases' })).total).toBe(0)
})
