import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { demoIds } from '../../server/src/app/demo.ts'
import { useBrowser as browserForTests } from '../../server/test/browser.ts'
import { type Client, useProduct as productForTests } from '../../server/test/harness.ts'
import { make } from '../../server/test/make.ts'
import { eventually, player } from '../../server/test/play.ts'

/** The consumer's and the shop assistant's faces in a real browser, on the narrowest screens that they promise. */
const product = productForTests({ isWorking: true })
const browser = browserForTests()

let operator: Client
let play: ReturnType<typeof player>
let simUser = ''
let scene = ''
const staff = 'QianHe'

const CONSUMER = [
  'pages/home/index',
  'pages/centre/index',
  'pages/coupons/index',
  'pages/member/points',
  'pages/member/tiers',
  'pages/member/profile',
  'pages/member/consent',
  'pages/member/messages',
]
const SIDEBAR = ['sidebar/index', 'sidebar/find', 'sidebar/redeem', 'sidebar/board', 'sidebar/order?personId=1']

beforeAll(async () => {
  play = player(product)
  const { id: brandId } = await make.brand({ name: '枥野' })
  const store = await make.store(brandId, { name: '上海静里店' })
  await make.connections(product.simulator, { first: brandId })
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
  await operator.call('staff.sync', {})
  const found = await eventually(async () => {
    const { items } = await operator.call('staff.list', { hasStore: false })
    return items.length > 0 ? items : null
  })
  for (const one of found) await operator.call('staff.update', { staffId: one.id, storeId: store.id, role: 'manager' })
  const batch = await make.couponBatch(product, brandId, { name: '新客见面礼', isMemberOnly: true })
  const code = await operator.call('livecodes.create', {
    kind: 'miniProgram',
    name: '包裹卡',
    storeId: store.id,
    welcome: { text: '', imageId: null, card: { title: '新客礼', coverImageId: null, couponBatchId: batch.id, page: null } },
  })
  scene = code.scene
  simUser = await play.addPerson('林小满', '13912345678')
})

async function visit(page: Page, path: string, who: Record<string, string>) {
  await page.goto(`${product.url}/m/?${new URLSearchParams(who)}#/${path}`)
  await page.reload()
  await page.locator('.screen').last().waitFor()
  await page.locator('.skeleton').last().waitFor({ state: 'hidden' })
}

/** What a thumb cannot hit and what the screen cuts off. */
function flawsOf(page: Page) {
  return page.evaluate(() => {
    const flaws: string[] = []
    if (document.documentElement.scrollWidth > innerWidth)
      flaws.push(`scrolls sideways by ${document.documentElement.scrollWidth - innerWidth}`)
    for (const target of document.querySelectorAll<HTMLElement>(
      '[role=button], [role=tab], [role=checkbox], [role=radio], [role=link]',
    )) {
      const { height, width, right } = target.getBoundingClientRect()
      if (width === 0) continue
      const name = target.getAttribute('aria-label') ?? target.textContent ?? ''
      if (height < 43.5) flaws.push(`${name}: ${height} px high`)
      if (right > innerWidth + 1) flaws.push(`${name}: cut off at the right`)
    }
    return flaws
  })
}

test('he joins without giving his phone: the promise first, nothing ticked in advance, the platform asks before us', async () => {
  const page = await browser.open({ width: 320, height: 568 })
  await visit(page, `pages/join/index?scene=${scene}`, { simUser })
  await page.getByText('新客见面礼').first().waitFor()
  for (const box of await page.getByRole('checkbox').all()) expect(await box.getAttribute('aria-checked')).toBe('false')
  expect(await flawsOf(page)).toEqual([])

  await page.getByText('先不提供手机号，直接入会').click()
  await page.getByText('同意，先不提供手机号').click()
  await page.getByText('用户隐私保护提示').waitFor()
  await page.getByRole('button', { name: '拒绝' }).click()
  await page.getByText('没有同意微信的隐私提示').waitFor()
  expect((await operator.call('members.list', {})).total).toBe(0)

  await page.getByText('先不提供手机号，直接入会').click()
  await page.getByText('同意，先不提供手机号').click()
  await page.getByRole('dialog', { name: '用户隐私保护提示' }).getByText('同意', { exact: true }).click()
  await page.getByText('已加入枥野会员').waitFor()
  await page.getByText('新客见面礼').first().waitFor()

  const { client } = await play.signIn(simUser, demoIds.miniPrograms.lieye)
  const consents = (await client.call('consent.mine', {})).items
  expect(
    consents
      .filter(one => one.isGranted)
      .map(one => one.purpose)
      .sort(),
  ).toEqual(['privacy', 'service'])
  expect((await client.call('members.me', {})).isPhoneKnown).toBe(false)
})

test('the phone is asked for once, on his profile, and never again', async () => {
  const page = await browser.open({ width: 375, height: 667 })
  await visit(page, 'pages/member/profile', { simUser })
  await page.getByText('用微信手机号').click()
  // Another device: the platform asks again before any personal data.
  await page.getByRole('dialog', { name: '用户隐私保护提示' }).getByText('同意', { exact: true }).click()
  await page.getByRole('dialog').getByText('允许', { exact: true }).click()
  await page.getByText('已验证').waitFor()
  expect(await page.getByText('139****5678').count()).toBe(1)
  await page.reload()
  await page.getByText('已验证').waitFor()
  expect(await page.getByText('用微信手机号').count()).toBe(0)
})

test('staff note what he prefers in one tap, and type what no list knows; it says until when', async () => {
  await operator.call('tags.create', { name: '肤感偏好', valueKind: 'choice', choices: ['清爽', '滋润'], validDays: 30 })
  await operator.call('tags.create', { name: '孩子月龄', valueKind: 'number' })
  const personId = (await operator.call('members.list', {})).items[0]?.personId ?? 0
  const page = await browser.open({ width: 360, height: 720 })
  await visit(page, `sidebar/index?personId=${personId}`, { simStaff: staff })
  await page.getByRole('button', { name: '打标签' }).click()
  await page.getByRole('checkbox', { name: '肤感偏好：滋润' }).click()
  await page.getByRole('checkbox', { name: '孩子月龄' }).click()
  // The first line of the sheet is the one to search in; the other comes a moment after the buttons below it.
  await page.getByRole('dialog').locator('input').nth(1).fill('14')
  await page.getByText('记下', { exact: true }).click()
  await page.getByRole('checkbox', { name: '孩子月龄：14' }).waitFor()
  expect(await flawsOf(page)).toEqual([])
  await page.getByLabel('关闭').click()
  await page.getByText(/日到期$/).waitFor()

  const held = (await operator.call('profiles.get', { personId })).tags
  expect(held.map(({ name, value }) => [name, value]).sort()).toEqual([
    ['孩子月龄', '14'],
    ['肤感偏好', '滋润'],
  ])
  await page.getByRole('button', { name: '打标签' }).click()
  await page.getByRole('checkbox', { name: '肤感偏好：滋润' }).click()
  await eventually(async () => (await operator.call('profiles.get', { personId })).tags.length === 1)
})

test('every page fits its narrowest screen, with targets for thumbs', async () => {
  const phone = await browser.open({ width: 320, height: 568 })
  for (const path of CONSUMER) {
    await visit(phone, path, { simUser })
    expect([path, ...(await flawsOf(phone))]).toEqual([path])
  }
  const desk = await browser.open({ width: 360, height: 720 })
  for (const path of SIDEBAR) {
    await visit(desk, path, { simStaff: staff })
    expect([path, ...(await flawsOf(desk))]).toEqual([path])
  }
  expect(browser.errors).toEqual([])
})

test('outside WeChat the page says where to open it', async () => {
  const page = await browser.open({ width: 375, height: 667 })
  await page.goto(`${product.url}/m/#/pages/home/index`)
  await page.getByText('请在微信里打开').waitFor()
})
