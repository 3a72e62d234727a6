export type ValueRange = { from: number; to: number }

const RANGES_MAX = 10

/** At most ten ranges of one round width that hold everything from `least` to `most`; whole numbers that lie close get one each. Of a range, `to` is outside. */
export function rangesOf(least: number, most: number): ValueRange[] {
  const width = roundUp((most - least) / RANGES_MAX)
  const first = Math.floor(least / width) * width
  const ranges: ValueRange[] = []
  for (let at = 0; (ranges.at(-1)?.to ?? least) <= most && at <= RANGES_MAX + 1; at += 1)
    ranges.push({ from: tidy(first + at * width), to: tidy(first + (at + 1) * width) })
  return ranges
}

/** The next of 1, 2, 5, 10, 20, ... that leaves ten ranges to be enough, wherever the first begins. */
function roundUp(width: number): number {
  if (width === 0) return 1
  const power = 10 ** Math.floor(Math.log10(width))
  const found = [1, 2, 5, 10].find(step => step * power > width)
  return (found ?? 20) * power
}

const tidy = (value: number) => Number(value.toPrecision(12))
