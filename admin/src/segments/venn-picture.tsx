import { number } from '../format.ts'
import { usePalette } from '../theme/mode.ts'
import { seriesOf } from '../theme/tokens.ts'
import { pointIn, threeCircles, twoCircles } from './venn.ts'

type Part = { inside: number[]; count: number }

const BOX = { width: 480, height: 300 }
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
  const colors = seriesOf(palette)
  const room = { width: BOX.width - EDGE * 2, height: BOX.height - EDGE * 2 }
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
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
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
