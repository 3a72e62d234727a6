import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { useBrowser } from './browser.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'

/** Acting on many rows at once, as an operator does it: tick, act, and see what became of each. */
const product = useProduct()
const browser = useBrowser()

let operator: Client
let brandId = 0
const people: Record<string, number> = {}

beforeAll(async () => {
  brandId = (await make.brand({ name: '枥野' })).id
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
  for (const [at, name] of ['苏晚', '陆川', '何青'].entries()) {
    const identifiers = [{ type: 'phone', value: `1391234560${at}` }]
    people[name] = (await operator.call('identity.resolve', { identifiers, profile: { name }, source: 'test' })).personId
  }
})

test('a tag is put on those who were ticked, and on nobody else', async () => {
  const tag = await operator.call('tags.create', { name: '门店熟客', groupName: '' })
  const page = await peoplePage()
  await tick(page, '苏晚')
  await tick(page, '陆川')
  await page.getByText('已选 2 项').waitFor()
  await page.getByRole('toolbar').getByRole('button', { name: '打标签' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('为 2 位客户打标签').waitFor()
  await choose(page, tag.name)
  await dialog.getByRole('button', { name: '打上标签' }).click()
  await page.getByText('已为 2 位客户打上标签').waitFor()

  await rowOf(page, '苏晚').getByText(tag.name).waitFor()
  await rowOf(page, '陆川').getByText(tag.name).waitFor()
  expect(await rowOf(page, '何青').getByText(tag.name).count()).toBe(0)
  await page.getByRole('toolbar').waitFor({ state: 'detached' })
  expect(browser.errors).toEqual([])
})

test('who could not be given a coupon is told beside those who got one, with the reason', async () => {
  const batch = await make.couponBatch(product, brandId, { name: '老客 20 元券' })
  await operator.call('coupons.grant', { batchId: batch.id, personId: people['何青']! })
  const page = await peoplePage()
  for (const name of Object.keys(people)) await tick(page, name)
  await page.getByRole('toolbar').getByRole('button', { name: '发券' }).click()
  await choose(page, batch.name)
  await page.getByRole('dialog').getByRole('button', { name: '发放' }).click()

  const outcome = page.getByRole('dialog', { name: '已给 2 位客户发券' })
  await outcome.getByText('另外 1 项没有办成').waitFor()
  await outcome.getByText('达到每人限领数量').waitFor()
  await outcome.getByRole('button', { name: '知道了' }).click()
  const { items } = await operator.call('coupons.list', { batchId: batch.id })
  expect(items.map(one => one.personId).sort()).toEqual(Object.values(people).sort())
  expect(browser.errors).toEqual([])
})

async function peoplePage(): Promise<Page> {
  const page = await browser.open({ width: 1440, height: 900 })
  await page.addInitScript(
    ([token, brand]) => {
      localStorage.setItem('banyan.token', token ?? '')
      localStorage.setItem('banyan.brand', brand ?? '')
    },
    [product.owner.token ?? '', String(brandId)],
  )
  await page.goto(`${product.url}/admin/people`)
  await rowOf(page, '苏晚').waitFor()
  return page
}

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const tick = (page: Page, name: string) => rowOf(page, name).getByRole('checkbox').check()

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox').click()
  await page.locator('.ant-select-item-option', { hasText: name }).click()
}
