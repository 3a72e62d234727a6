import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'

/** Chromium where Debian, Ubuntu, Fedora, macOS or CHROMIUM_PATH has it; null when there is none. */
export function chromiumPath(): string | null {
  const places = [
    process.env.CHROMIUM_PATH ?? '',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return places.find(path => path !== '' && existsSync(path)) ?? null
}

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--disable-sync',
]

/** One browser for a test file; `open` gives a fresh page in Chinese. Errors thrown by the pages are collected in `errors`; SCREENSHOT_DIR keeps a picture of a failure. */
export function useBrowser() {
  let browser: Browser | null = null
  const errors: string[] = []
  const pages: Page[] = []
  beforeAll(async () => {
    const executablePath = chromiumPath()
    if (!executablePath) throw new Error('Chromium was not found; set CHROMIUM_PATH')
    browser = await chromium.launch({ executablePath, args: ARGS })
  })
  afterEach(async ({ task }) => {
    const folder = process.env.SCREENSHOT_DIR
    if (task.result?.state !== 'fail' || !folder) return
    for (const [at, page] of pages.entries()) await page.screenshot({ path: `${folder}/failed-${at}.png` }).catch(() => undefined)
  })
  afterAll(async () => {
    await browser?.close()
  })
  return {
    errors,
    open: async (size: { width: number; height: number }): Promise<Page> => {
      if (!browser) throw new Error('the browser has not started')
      const context = await browser.newContext({ viewport: size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
      const page = await context.newPage()
      pages.push(page)
      page.setDefaultTimeout(45_000)
      page.on('pageerror', error => errors.push(String(error)))
      return page
    },
  }
}
