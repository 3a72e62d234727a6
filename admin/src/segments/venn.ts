/** Where the circles of two sets stand so that their areas, and that of their overlap, are true to the numbers. Pure. */
export type Circle = { x: number; y: number; r: number }

/** Area of the lens of two circles at a distance. Source: Weisstein, Circle-Circle Intersection, MathWorld. */
export function lensArea(r: number, s: number, distance: number): number {
  if (distance >= r + s) return 0
  if (distance <= Math.abs(r - s)) return Math.PI * Math.min(r, s) ** 2
  const angle = (a: number, b: number) => Math.acos(clamped((distance ** 2 + a ** 2 - b ** 2) / (2 * distance * a)))
  const kite = Math.sqrt(Math.max(0, (-distance + r + s) * (distance + r - s) * (distance - r + s) * (distance + r + s)))
  return r ** 2 * angle(r, s) + s ** 2 * angle(s, r) - kite / 2
}

/** Two circles in a box, the first on the left. Sizes are whole sets, `both` is in both. */
export function twoCircles(
  first: number,
  second: number,
  both: number,
  box: { width: number; height: number },
): [Circle, Circle] {
  const [r, s] = [Math.sqrt(first / Math.PI), Math.sqrt(second / Math.PI)]
  let [near, far] = [Math.abs(r - s), r + s]
  for (let round = 0; round < 60; round += 1) {
    const middle = (near + far) / 2
    if (lensArea(r, s, middle) > both) near = middle
    else far = middle
  }
  // Nothing in common stands visibly apart; touching circles read as if they shared somebody.
  const distance = both === 0 ? (r + s) * 1.06 : (near + far) / 2
  const left = Math.min(-r, distance - s)
  const right = Math.max(r, distance + s)
  const scale = Math.min(box.width / Math.max(right - left, 1e-9), box.height / Math.max(2 * Math.max(r, s), 1e-9))
  const offset = (box.width - (right - left) * scale) / 2 - left * scale
  const y = box.height / 2
  return [
    { x: offset, y, r: r * scale },
    { x: offset + distance * scale, y, r: s * scale },
  ]
}

/** Three circles of one size: areas cannot all be true with circles, so the numbers are written on their parts. */
export function threeCircles({ width, height }: { width: number; height: number }): [Circle, Circle, Circle] {
  const r = Math.min(width, height) * 0.335
  const away = r * 0.62
  const at = (degrees: number): Circle => ({
    x: width / 2 + away * Math.cos((degrees * Math.PI) / 180),
    y: height / 2 + away * Math.sin((degrees * Math.PI) / 180) - r * 0.155,
    r,
  })
  return [at(210), at(330), at(90)]
}

/** A point inside just these circles (by number), as far from the lines as there is one; null when the part has no room. */
export function pointIn(circles: readonly Circle[], inside: readonly number[], steps = 90): { x: number; y: number } | null {
  const left = Math.min(...circles.map(one => one.x - one.r))
  const right = Math.max(...circles.map(one => one.x + one.r))
  const top = Math.min(...circles.map(one => one.y - one.r))
  const bottom = Math.max(...circles.map(one => one.y + one.r))
  let best: { x: number; y: number; room: number } | null = null
  for (let i = 1; i < steps; i += 1)
    for (let j = 1; j < steps; j += 1) {
      const x = left + ((right - left) * i) / steps
      const y = top + ((bottom - top) * j) / steps
      const room = Math.min(
        ...circles.map((one, at) => (one.r - Math.hypot(x - one.x, y - one.y)) * (inside.includes(at) ? 1 : -1)),
      )
      if (room > 0 && (!best || room > best.room)) best = { x, y, room }
    }
  return best && { x: best.x, y: best.y }
}

const clamped = (value: number) => Math.min(1, Math.max(-1, value))
