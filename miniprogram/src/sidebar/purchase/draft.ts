import { platform } from '../../platform/index.ts'

/** A purchase being typed in: texts as typed, so that nothing is lost while a number is half written. */
export type DraftLine = { key: number; name: string; priceText: string; quantity: number }

export type Goods = { name: string; priceFen: number }

const GOODS_KEPT_MAX = 12
const STORAGE_KEY = 'banyan.goods'

let lastKey = 0
export const emptyLine = (goods?: Goods): DraftLine => ({
  key: ++lastKey,
  name: goods?.name ?? '',
  priceText: goods ? String(goods.priceFen / 100) : '',
  quantity: 1,
})

/** Yuan as typed ("328", "32.8") in fen; null when it is not an amount. */
export function fenOf(text: string): number | null {
  const match = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!match) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Lines that say what was sold and for how much; the rest is still being typed. */
export function linesOf(lines: DraftLine[]): { name: string; quantity: number; unitPriceFen: number }[] {
  return lines.flatMap(({ name, priceText, quantity }) => {
    const unitPriceFen = fenOf(priceText)
    return name.trim() && unitPriceFen !== null ? [{ name: name.trim(), quantity, unitPriceFen }] : []
  })
}

/** Why it cannot be recorded yet, in words, or null. */
export function whyNotReady(lines: DraftLine[]): string | null {
  if (linesOf(lines).length === 0) return '填写商品和价格'
  const half = lines.find(line => Boolean(line.name.trim()) !== (fenOf(line.priceText) !== null))
  return half ? `「${half.name.trim() || '未命名商品'}」${half.name.trim() ? '的价格不完整' : '还没有名称'}` : null
}

/** What this device sold lately, newest first: the next purchase is often one of them. */
export function recentGoods(): Goods[] {
  return JSON.parse(platform.read(STORAGE_KEY) ?? '[]') as Goods[]
}

export function keepGoods(lines: { name: string; unitPriceFen: number }[]) {
  const fresh = lines.map(({ name, unitPriceFen }) => ({ name, priceFen: unitPriceFen }))
  const names = new Set(fresh.map(goods => goods.name))
  platform.write(
    STORAGE_KEY,
    JSON.stringify([...fresh, ...recentGoods().filter(goods => !names.has(goods.name))].slice(0, GOODS_KEPT_MAX)),
  )
}
