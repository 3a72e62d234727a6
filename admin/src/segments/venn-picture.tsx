import { number } from '../format.ts'
import { useIsPhone } from '../parts/use-narrow.ts'
import { usePalette } from '../theme/mode.ts'
import { seriesOf } from '../theme/tokens.ts'
import { pointIn, threeCircles, twoCircles } from './venn.ts'

type Part = { inside: number[]; count: number }

/** On a phone the picture is drawn for its width, so that the numbers keep their size. */
const boxFor = (isPhone: boolean) => ({ width: isPhone ? 340 : 480, height: 300 })
const EDGE = 24

/** Two segments as circles with true areas, or three as a scheme; the number of people stands on every part that has room for it. */
export function VennPicture({
  segments,
  parts,
  label,
}: {
  segments: { id: number; name: string; count: number }[]
  parts: Part[]
  label: string
}) {
  const palette = usePalette()
  const box = boxFor(useIsPhone())
  const colors = seriesOf(palette)
  const room = { width: box.width - EDGE * 2, height: box.height - EDGE * 2 }
  const [first, second] = segments
  if (!first || !second) return null
  const both = parts.find(part => part.inside.length === 2)?.count ?? 0
  const circles = (segments.length === 2 ? twoCircles(first.count, second.count, both, room) : threeCircles(room)).map(one => ({
    ...one,
    x: one.x + EDGE,
    y: one.y + EDGE,
  }))
  return (
    <svg
      viewBox={`0 0 ${box.width} ${box.height}`}
      role="img"
      aria-label={label}
      style={{ width: '100%', maxWidth: 640, display: 'block', margin: '0 auto' }}
    >
      {circles.map((one, at) => (
        <circle
          key={segments[at]?.id}
          cx={one.x}
          cy={one.y}
          r={one.r}
          fill={colors[at]}
          fillOpacity={0.18}
          stroke={colors[at]}
          strokeWidth={1.5}
        />
      ))}
      {parts.map(part => {
        const inside = part.inside.map(id => segments.findIndex(one => one.id === id))
        const at = part.count > 0 || segments.length === 3 ? pointIn(circles, inside) : null
        return (
          at && (
            <text
              key={part.inside.join()}
              x={at.x}
              y={at.y}
              textAnchor="middle"
              dominantBaseline="central"
              fontSize={14}
              fontWeight={600}
              fill={palette.ink}
            >
              {number(part.count)}
            </text>
          )
        )
      })}
    </svg>
  )
}
