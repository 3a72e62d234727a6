/**
 * Draws how the audience engine's times grow with the population, for the README, from results of `npm run bench -- audience --scale ...`:
 *   node --import tsx scripts/docs/draw-growth.ts bench-results/*.json
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCALES, type Scale } from '../bench/audience.ts'
import type { Row } from '../bench/measures.ts'

const LINES: { what: string; label: string; color: string }[] = [
  { what: 'with a sum over 90 days of tracks, exact, raw', label: '90-day sum + 5 conditions, computed', color: '#B5482A' },
  { what: '3 attributes + 2 tags, exact, raw', label: '5 conditions, computed', color: '#C98A1B' },
  { what: '3 attributes + 2 tags, estimate', label: '5 conditions, estimate', color: '#3C7FB0' },
  { what: 'with a sum over 90 days, exact, stored', label: '90-day sum + 5 conditions, stored', color: '#1F7A4D' },
  { what: 'tags only, stored', label: 'tags only, stored', color: '#7A5BA8' },
  { what: 'isIn of one subject', label: 'is one subject in?', color: '#666666' },
]
const [WIDTH, HEIGHT] = [880, 440]
const PLOT = { left: 70, right: 560, top: 50, bottom: 400 }
const [MS_MIN, MS_MAX] = [10, 10_000]

const times = new Map<string, Map<Scale, number>>()
for (const file of process.argv.slice(2)) {
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: Row[] }
  for (const { what, detail } of rows) {
    const { scale, ms } = detail as { scale?: Scale; ms?: number }
    if (!scale || ms === undefined) continue
    const name = what.replace(`${scale}: `, '')
    times.set(name, (times.get(name) ?? new Map()).set(scale, ms))
  }
}
writeFileSync(join(import.meta.dirname, 'audience-growth.svg'), draw())

function draw(): string {
  const scales = Object.entries(SCALES) as [Scale, number][]
  const x = (people: number) => PLOT.left + ((Math.log10(people) - 6) / 2) * (PLOT.right - PLOT.left)
  const y = (ms: number) =>
    PLOT.bottom -
    ((Math.log10(Math.max(ms, MS_MIN)) - Math.log10(MS_MIN)) / (Math.log10(MS_MAX) - Math.log10(MS_MIN))) *
      (PLOT.bottom - PLOT.top)
  const grid = [10, 100, 1_000, 10_000].map(
    ms =>
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#DDD"/><text x="${PLOT.left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}</text>`,
  )
  const ticks = scales.map(
    ([, people]) => `<text x="${x(people)}" y="${PLOT.bottom + 22}" text-anchor="middle">${people / 1_000_000} million</text>`,
  )
  const lines = LINES.flatMap(({ what, label, color }) => {
    const found = scales.flatMap(([scale, people]) => {
      const ms = times.get(what)?.get(scale)
      return ms === undefined ? [] : [{ at: [x(people), y(ms)] as const, ms }]
    })
    const last = found.at(-1)
    if (!last) return []
    const dots = found.map(
      ({ at, ms }) => `<circle cx="${at[0]}" cy="${at[1]}" r="3.5" fill="${color}"><title>${Math.round(ms)} ms</title></circle>`,
    )
    const path = found.map(({ at }) => at.map(Math.round).join(',')).join(' ')
    return [
      {
        y: last.at[1],
        label: `${label}: ${words(last.ms)}`,
        color,
        svg: `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2.5"/>${dots.join('')}`,
      },
    ]
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#333">
<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>
<text x="${PLOT.left}" y="26" font-size="16" font-weight="600">Time to answer, by population (three tracks each, 2 cores)</text>
${grid.join('\n')}
${ticks.join('\n')}
${lines.map(line => line.svg).join('\n')}
${apart(lines)
  .map(({ at, label, color }) => `<text x="${PLOT.right + 12}" y="${at + 4}" fill="${color}">${label}</text>`)
  .join('\n')}
</svg>
`
}

function words(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** Labels that would cover each other move down. */
function apart(lines: readonly { y: number; label: string; color: string }[]) {
  let free = 0
  return [...lines]
    .sort((a, b) => a.y - b.y)
    .map(({ y, label, color }) => {
      const at = Math.max(y, free)
      free = at + 18
      return { at, label, color }
    })
}
