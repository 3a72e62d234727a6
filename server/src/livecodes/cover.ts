import type { CouponValue } from '@banyan/shared'
import { type Point, signs } from './cover-strokes.ts'
import { pngOf, type Rgb } from './png.ts'

/** The picture of a mini-program card when the operator gave none: a ticket in the brand's colour with the coupon's worth on it. */
export const COVER_WIDTH = 520 // 5:4, the shape of a card's cover
export const COVER_HEIGHT = 416

/** What the ticket says: `¥40`, `8.5折`, or '' for a present. */
export function worthOf(value: CouponValue | null): string {
  if (value?.kind === 'cash')
    return `¥${value.amountFen % 100 === 0 ? value.amountFen / 100 : (value.amountFen / 100).toFixed(2)}`
  if (value?.kind === 'percentage') return `${(100 - value.percentOff) / 10}折`
  return ''
}

const TICKET = { x: 260, y: 208, halfWidth: 196, halfHeight: 128, radius: 20, tear: 262, notch: 17 }
const PILL = { y: 299, halfWidth: 58, halfHeight: 17 }
const WHITE: Rgb = [255, 255, 255]

/** @param color six hexadecimal digits after `#` */
export function coverPng(color: string, worth: string): Buffer {
  const brand = rgbOf(color)
  const ground = mixed(brand, [0, 0, 0], 0.08)
  const halo = mixed(brand, WHITE, 0.1)
  const pond = mixed(brand, WHITE, 0.18)
  const tear = mixed(brand, WHITE, 0.62)
  const letters = lettersOf(worth)
  return pngOf(COVER_WIDTH, COVER_HEIGHT, (x, y) => {
    let colour = over(ground, halo, within(Math.hypot(x - 430, y - 40) - 190))
    colour = over(colour, pond, within(Math.hypot(x - 60, y - 410) - 120))
    const ticket = Math.max(
      box(x - TICKET.x, y - TICKET.y, TICKET.halfWidth, TICKET.halfHeight, TICKET.radius),
      TICKET.notch - Math.hypot(x - (TICKET.x - TICKET.halfWidth), y - TICKET.tear),
      TICKET.notch - Math.hypot(x - (TICKET.x + TICKET.halfWidth), y - TICKET.tear),
    )
    if (ticket > 1) return colour
    colour = over(colour, WHITE, within(ticket))
    const isDash = Math.abs(y - TICKET.tear) < 1 && Math.abs(x - TICKET.x) < TICKET.halfWidth - 26 && x % 14 < 8
    if (isDash) colour = tear
    colour = over(colour, brand, within(box(x - TICKET.x, y - PILL.y, PILL.halfWidth, PILL.halfHeight, PILL.halfHeight)))
    return y > TICKET.tear
      ? over(colour, WHITE, within(chevron(x - TICKET.x, y - PILL.y) - 2.2))
      : over(colour, brand, within(letters(x, y)))
  })
}

/** How far a point is from the pen's stroke of these signs, set in the middle of the ticket's upper part and as large as fits. */
function lettersOf(worth: string): (x: number, y: number) => number {
  const shown = worth === '' ? ['gift'] : [...worth]
  const placed: Point[][] = []
  let width = 0
  for (const name of shown) {
    const sign = signs[name]
    if (!sign) continue
    const left = width
    placed.push(...sign.strokes.map(stroke => stroke.map(([x, y]): Point => [left + x, y])))
    width += sign.width + 8
  }
  const scale = Math.min(1.12, (2 * TICKET.halfWidth - 80) / (width - 8))
  const left = TICKET.x - ((width - 8) * scale) / 2
  const top = 171 - 50 * scale
  const lines = placed.map(stroke => stroke.map(([x, y]): Point => [left + x * scale, top + y * scale]))
  const pen = (worth === '' ? 4 : 7) * scale
  const reach = pen + 1
  const strokes = lines.map(line => ({
    line,
    from: [Math.min(...line.map(([x]) => x)) - reach, Math.min(...line.map(([, y]) => y)) - reach] as const,
    to: [Math.max(...line.map(([x]) => x)) + reach, Math.max(...line.map(([, y]) => y)) + reach] as const,
  }))
  return (x, y) => {
    let nearest = reach
    for (const { line, from, to } of strokes) {
      if (x < from[0] || x > to[0] || y < from[1] || y > to[1]) continue
      for (let at = 1; at < line.length; at++)
        nearest = Math.min(nearest, toSegment(x, y, line[at - 1] as Point, line[at] as Point))
    }
    return nearest - pen
  }
}

function toSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const dx = bx - ax
  const dy = by - ay
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

const chevron = (x: number, y: number) => Math.min(toSegment(x, y, [-4, -7], [4, 0]), toSegment(x, y, [4, 0], [-4, 7]))

/** Signed distance to a box with round corners. */
function box(x: number, y: number, halfWidth: number, halfHeight: number, radius: number): number {
  const dx = Math.abs(x) - halfWidth + radius
  const dy = Math.abs(y) - halfHeight + radius
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
}

/** How much of a pixel is inside: edges are smooth. */
const within = (distance: number) => Math.max(0, Math.min(1, 0.5 - distance))

const mixed = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]
const over = (below: Rgb, above: Rgb, share: number): Rgb => (share <= 0 ? below : mixed(below, above, share))

function rgbOf(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}
