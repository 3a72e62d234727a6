/**
 * The README's pictures. Start the product first (`npm start`), then
 *   node --import tsx scripts/docs/take-pictures.ts [address] [user] [password] [simStaff]
 */
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const [, , at = 'http://localhost:3000', username = 'admin', password = 'banyan-demo-2026', wantedStaff = ''] = process.argv
const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--lang=zh-CN', '--font-render-hinting=none'] })

const { token } = await post<{ token: string }>('/api/auth.signIn', { username, password })
const customer = await someCustomer()

await picture('admin', '/admin/', { width: 1280, height: 800 }, page =>
  page.addInitScript(text => localStorage.setItem('banyan.token', text), token),
)
await picture('simulator', '/simulator', { width: 1440, height: 900 })
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

/** A customer of some staff member, so that card and sidebar have something true to show. */
async function someCustomer(): Promise<{ simUser: string; simStaff: string; externalUserid: string }> {
  const { staff } = await post<{ staff: { userid: string; contactCount: number }[] }>('/simulator/api/staff.list', {})
  for (const { userid } of staff.filter(one => !wantedStaff || one.userid === wantedStaff)) {
    const { customers } = await post<{ customers: { simUser: string; externalUserid: string }[] }>('/simulator/api/staff.chats', {
      simStaff: userid,
    })
    const [first] = customers
    if (first) return { simUser: first.simUser, simStaff: userid, externalUserid: first.externalUserid }
  }
  throw new Error('nobody has a customer yet: play the story first')
}

async function post<T>(path: string, input: unknown): Promise<T> {
  const response = await fetch(`${at}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  })
  const body = (await response.json()) as { data?: T; error?: { message: string } }
  if (body.error) throw new Error(`${path}: ${body.error.message}`)
  return (path.startsWith('/api/') ? body.data : body) as T
}
