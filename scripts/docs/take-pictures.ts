/**
 * The README's pictures. Start the product first (`npm start`), then
 *   node --import tsx scripts/docs/take-pictures.ts [address] [user] [password] [simStaff]
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

/** Customers of one staff member that are compared. */
const LOOKED_AT_MAX = 60
const [, , at = 'http://localhost:3000', username = 'admin', password = 'banyan-demo-2026', wantedStaff = ''] = process.argv
const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--lang=zh-CN', '--font-render-hinting=none'] })

const { token } = await post<{ token: string }>('/api/auth.signIn', { username, password })
const customer = await someCustomer()

await picture('admin', '/admin/', { width: 1280, height: 800 }, page =>
  page.addInitScript(text => localStorage.setItem('banyan.token', text), token),
)
await picture('simulator', '/simulator', { width: 1440, height: 900 }, page =>
  page.addInitScript(id => localStorage.setItem('banyan.simulator.person', id), customer.simUser),
)
await picture('mini-program', `/m/?simUser=${customer.simUser}#/pages/home/index`, { width: 390, height: 800 })
await picture('sidebar', `/m/?simStaff=${customer.simStaff}&simContact=${customer.externalUserid}#/sidebar/index`, {
  width: 360,
  height: 800,
})
await browser.close()

async function picture(
  name: string,
  path: string,
  viewport: { width: number; height: number },
  prepare?: (page: Page) => Promise<unknown>,
): Promise<void> {
  const context = await browser.newContext({
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    isMobile: viewport.width < 500,
  })
  const page = await context.newPage()
  await prepare?.(page)
  await page.goto(`${at}${path}`)
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page.waitForTimeout(2500)
  await page.screenshot({ path: join(import.meta.dirname, `${name}.png`) })
  await context.close()
  console.log(`${name}.png  ${path}`)
}

/** Of the customers of some staff member the one with a coupon who bought for most, so that card and sidebar have something true to show. */
async function someCustomer(): Promise<{ simUser: string; simStaff: string; externalUserid: string }> {
  const { staff } = await post<{ staff: { userid: string }[] }>('/simulator/api/staff.list', {})
  for (const { userid } of staff.filter(one => !wantedStaff || one.userid === wantedStaff)) {
    const { customers } = await post<{ customers: { simUser: string; externalUserid: string }[] }>('/simulator/api/staff.chats', {
      simStaff: userid,
    })
    if (customers.length === 0) continue
    const code = await post<{ code: string; corpId: string }>('/simulator/api/staff.code', { simStaff: userid })
    const { token } = await post<{ token: string }>('/api/staffAuth.signIn', code)
    const valued = await Promise.all(
      customers.slice(0, LOOKED_AT_MAX).map(async one => ({ ...one, worth: await worthOf(one, token) })),
    )
    const [best] = valued.sort((a, b) => b.worth - a.worth)
    if (best) return { simUser: best.simUser, simStaff: userid, externalUserid: best.externalUserid }
  }
  throw new Error('nobody has a customer yet: play the story first')
}

/** Fen paid, and more with a coupon in hand than without. */
async function worthOf({ externalUserid }: { externalUserid: string }, staffToken: string): Promise<number> {
  const { personId } = await post<{ personId: number }>('/api/contacts.open', { externalUserId: externalUserid }, staffToken)
  const { value, coupons } = await post<{ value: { paidFen: number }; coupons: { status: string }[] }>(
    '/api/profiles.get',
    { personId },
    staffToken,
  )
  return value.paidFen + (coupons.some(one => one.status === 'available') ? 1e9 : 0)
}

async function post<T>(path: string, input: unknown, bearer?: string): Promise<T> {
  const response = await fetch(`${at}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
      ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
    },
    body: JSON.stringify(input),
  })
  const body = (await response.json()) as { data?: T; error?: { message: string } }
  if (body.error) throw new Error(`${path}: ${body.error.message}`)
  return (path.startsWith('/api/') ? body.data : body) as T
}
