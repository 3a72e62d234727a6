import { resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { clickhouse } from '../src/core/index.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'

/** The file that web pages load, as it is built, against a real server: a visit from the first page to the store. */
const product = useProduct()

test('a visit: nothing before consent; a page view, a click and what was told offline are stored once', async () => {
  const brand = await make.brand()
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const { key } = await owner.call('clientKeys.create', { brandId: brand.id, name: '官网' })
  await owner.call('trackPlan.update', {
    name: 'banner_clicked',
    zh: '点击横幅',
    properties: [{ key: 'place', zh: '位置', kind: 'text' }],
    isFromClients: true,
  })
  const page = await open(key)
  page.banyan.track('banner_clicked', { place: 'before consent' })
  await page.banyan.flush()
  expect(page.requests).toBe(0)

  page.banyan.allow(true)
  page.click({ track: 'banner_clicked', trackPlace: 'top' })
  page.network.isOn = false
  await page.banyan.flush()
  page.network.isOn = true
  await page.banyan.flush()
  // The page goes: its last words are sent blind, and again by the next page.
  page.banyan.track('banner_clicked', { place: 'leaving' })
  page.hide()
  await Promise.all(page.beacons)
  await (await open(key, page.store)).banyan.flush()
  await product.settle()

  const stored = await clickhouse.query<{ name: string; texts: Record<string, string>; person_id: number }>(
    'SELECT name, texts, person_id FROM tracks WHERE brand_id = {brandId:UInt32} ORDER BY occurred_at, name',
    { brandId: brand.id },
  )
  const clicks = stored.filter(one => one.name === 'banner_clicked').map(one => one.texts['place'])
  expect(clicks.sort()).toEqual(['leaving', 'top'])
  expect(stored.filter(one => one.name === 'page_view').every(one => one.texts['page'] === '/campaign')).toBe(true)
  expect(new Set(stored.map(one => one.person_id)).size).toBe(1)
})

type Sdk = {
  track: (name: string, properties: object) => void
  allow: (isAllowed: boolean) => void
  flush: () => Promise<void>
}

/** As much of a browser as the file asks for; its network is real. */
async function open(key: string, store = new Map<string, string>()) {
  const built = await build({
    entryPoints: [resolve(import.meta.dirname, '../../miniprogram/src/sdk/tracks.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2018',
  })
  const listeners = new Map<string, (event: unknown) => void>()
  const network = { isOn: true }
  const beacons: Promise<unknown>[] = []
  const counted = { requests: 0 }
  const window: Record<string, unknown> = {
    document: {
      title: '活动页',
      visibilityState: 'visible',
      currentScript: { src: `${product.url}/sdk/tracks.js`, dataset: { key } },
      addEventListener: (name: string, work: (event: unknown) => void) => listeners.set(name, work),
    },
    localStorage: {
      getItem: (name: string) => store.get(name) ?? null,
      setItem: (name: string, value: string) => void store.set(name, value),
      removeItem: (name: string) => void store.delete(name),
    },
    location: { pathname: '/campaign', href: 'https://shop.example.com/campaign' },
    history: { pushState: () => undefined, replaceState: () => undefined },
    navigator: {
      sendBeacon: (url: string, body: Blob) => {
        beacons.push(fetch(url, { method: 'POST', body }))
        return true
      },
    },
    fetch: (url: string, init: RequestInit) => {
      counted.requests += 1
      return network.isOn ? fetch(url, init) : Promise.reject(new TypeError('offline'))
    },
    setTimeout: (work: () => void, ms: number) => setTimeout(work, ms).unref(),
    clearTimeout,
    addEventListener: (name: string, work: (event: unknown) => void) => listeners.set(name, work),
  }
  runInNewContext(built.outputFiles[0]?.text ?? '', { ...window, window, URL, Blob, Date, Math, JSON, Promise })
  const { banyan } = window as { banyan: Sdk }
  return {
    banyan,
    network,
    beacons,
    store,
    get requests() {
      return counted.requests
    },
    click: (dataset: Record<string, string>) => listeners.get('click')?.({ target: { closest: () => ({ dataset }) } }),
    hide: () => listeners.get('pagehide')?.({}),
  }
}
