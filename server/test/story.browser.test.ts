import { beforeAll, expect, test } from 'vitest'
import { demoIds } from '../src/app/demo.ts'
import { useBrowser } from './browser.ts'
import { type Client, useProduct } from './harness.ts'
import { make, OWNER } from './make.ts'
import { eventually, templatesOf } from './play.ts'

/** The story as people live it: an operator, a consumer and a shop assistant, each on his own face. */
const product = useProduct({ isWorking: true })
const browser = useBrowser()

let brandId = 0
let storeId = 0
let operator: Client

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

beforeAll(async () => {
  brandId = (await make.brand({ name: '枥野' })).id
  storeId = (await make.store(brandId, { name: '上海静里店' })).id
  await make.connections(product.simulator, { first: brandId })
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
  await operator.call('staff.sync', {})
  const staff = await eventually(async () => {
    const { items } = await operator.call('staff.list', { hasStore: false })
    return items.length > 0 ? items : null
  })
  for (const one of staff) await operator.call('staff.update', { staffId: one.id, storeId })
  for (const tier of await operator.call('tiers.list', { brandId }))
    if (tier.rank > 0) await operator.call('tiers.remove', { tierId: tier.id })
  await operator.call('tiers.create', { brandId, name: '青枝', rank: 1, thresholdFen: 80_000 })
  await operator.call('reachSettings.update', { quietFrom: '00:00', quietTo: '00:00' })
  const batch = await operator.call('couponBatches.create', {
    brandId,
    name: '新客满 300 减 40',
    value: { kind: 'cash', amountFen: 4000 },
    thresholdFen: 30_000,
    stock: 100,
    opensAt: inDays(-1),
    closesAt: inDays(30),
    validity: { kind: 'relative', days: 30 },
  })
  await operator.call('couponBatches.publish', { batchId: batch.id })
})

test('an operator makes a code, a consumer scans, joins and claims, staff serve him, and the right message reaches him', async () => {
  const page = await browser.open({ width: 1600, height: 1000 })
  const mini = page.frameLocator('.sim-mini iframe')
  const side = page.frameLocator('iframe[title=侧边栏]')

  // The operator signs in and makes a live code that carries the coupon.
  await page.goto(`${product.url}/admin/`)
  await page.getByLabel('账号').fill(OWNER.username)
  await page.getByLabel('密码').fill(OWNER.password)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('link', { name: '概览' }).or(page.getByText('概览')).first().waitFor()
  await page.goto(`${product.url}/admin/live-codes/new`)
  await page.getByLabel('名称', { exact: true }).fill('收银台台卡')
  await page.getByLabel('渠道', { exact: true }).fill('收银台台卡')
  await page.getByLabel('门店', { exact: true }).click()
  await page.getByTitle('上海静里店').first().click()
  await page.getByLabel('接待员工').fill('钱禾')
  await page.locator('.ant-select-item-option', { hasText: '钱禾' }).first().click()
  await page.keyboard.press('Escape')
  await page.getByLabel('文字').fill('{{ name }}，欢迎来到{{ store }}')
  await page.getByLabel('卡片里的优惠券').click()
  await page.locator('.ant-select-item-option', { hasText: '新客满 300 减 40' }).first().click()
  await page.getByRole('button', { name: '创建活码' }).click()
  await page.waitForURL(/live-codes\/\d+$/)
  await page.getByText('使用中').first().waitFor()

  // A consumer scans it at the counter; the welcome card arrives.
  await page.goto(`${product.url}/simulator`)
  await page.getByRole('button', { name: '新客户' }).click()
  await page.getByRole('button', { name: '扫一扫' }).last().click()
  await page.getByTitle('扫这个码').first().click()
  const card = page.locator('.sim-phone .sim-card').first()
  await card.waitFor()
  await page.getByText('欢迎来到上海静里店').first().waitFor()

  // He opens the card: the coupon is the first thing he sees; two taps and he is in.
  await card.click()
  await mini.getByText('新客满 300 减 40').filter({ visible: true }).first().waitFor()
  await mini.getByText('我已阅读并同意').click()
  await mini.getByRole('dialog').getByText('同意', { exact: true }).click()
  await mini.getByText('手机号入会领券').click()
  await mini.getByRole('dialog').getByText('允许', { exact: true }).click()
  await mini.getByText('已加入枥野会员').waitFor()
  await mini.getByText('新客满 300 减 40').filter({ visible: true }).first().waitFor()

  // Staff see him in the sidebar and record a purchase with his coupon: points and the tier follow.
  await side.getByText('记消费').click()
  await side.getByRole('textbox', { name: '商品 1' }).fill('山茶籽修护精华')
  await side.locator('input[placeholder="0.00"]').fill('1280')
  await side.getByText('满 ¥300 可用').click()
  await side.getByText('记录 实付 ¥1,240.00').click()
  await side.getByText('到「青枝」').waitFor()
  await side.getByText('回到客户').click()
  await side.getByText('记消费').waitFor()

  // He buys again, gets another coupon, and follows the official account.
  const person = await eventually(async () => (await operator.call('people.list', {})).items[0])
  await operator.call('orders.record', {
    brandId,
    storeId,
    personId: person.id,
    lines: [{ name: '雪松面霜', quantity: 1, unitPriceFen: 26_800 }],
  })
  await operator.call('coupons.grant', { batchId: await anotherBatch(), personId: person.id })
  const simUser = await page.evaluate(() => localStorage.getItem('banyan.simulator.person'))
  await page.request.post(`${product.url}/simulator/api/follow`, { data: { simUser, appId: demoIds.officialAccounts.lieye } })
  await makeTemplate()

  // The operator builds the segment, sees that it holds one person, and sends him a service notice.
  await page.goto(`${product.url}/admin/segments/new`)
  await page.getByPlaceholder(/人群名称/).fill('活跃复购')
  await page.getByText('高价值且手里有券').click()
  await page.getByText('占全部 1 人的 100.0%').waitFor()
  await page.getByRole('button', { name: '保存人群' }).click()
  await page.waitForURL(/segments\/\d+$/)
  await page.getByText('已就绪').waitFor()
  await page.getByText('给他们发消息').click()
  await page.waitForURL(/messages\/new/)
  await page.getByLabel('名称', { exact: true }).fill('券到期提醒')
  await page.getByLabel('模板', { exact: true }).click()
  await page.locator('.ant-select-item-option').first().click()
  await page.getByLabel(/优惠券\s*thing1/).fill('满 300 减 40')
  await page.getByLabel(/thing2/).fill('全部门店')
  await page.getByLabel(/time3/).fill('2026-12-31 23:59')
  await page.getByText('能发到多少人').waitFor()
  await page.getByRole('button', { name: '发送', exact: true }).click()
  await page.getByRole('dialog').getByRole('button').last().click()
  await page.waitForURL(/messages\/\d+$/)
  await page.getByText('已完成').first().waitFor()

  // It lies on his phone.
  await page.goto(`${product.url}/simulator`)
  await page.getByText('枥野服务号').first().click()
  await page.getByText('满 300 减 40').first().waitFor()
  expect(browser.errors).toEqual([])
})

async function anotherBatch(): Promise<number> {
  const batch = await operator.call('couponBatches.create', {
    brandId,
    name: '老客 20 元券',
    value: { kind: 'cash', amountFen: 2000 },
    stock: 10,
    opensAt: inDays(-1),
    closesAt: inDays(30),
    validity: { kind: 'relative', days: 30 },
  })
  await operator.call('couponBatches.publish', { batchId: batch.id })
  return batch.id
}

async function makeTemplate(): Promise<void> {
  const account = (await operator.call('connections.list', {})).find(one => one.externalId === demoIds.officialAccounts.lieye)
  const templates = templatesOf(account?.config)
  const known = templates[0]
  await operator.call('messageTemplates.create', {
    channel: 'template',
    connectionId: account?.id ?? 0,
    templateId: known?.templateId ?? '',
    title: known?.title ?? '',
    fields: known?.fields ?? [],
    purpose: 'service',
  })
}
