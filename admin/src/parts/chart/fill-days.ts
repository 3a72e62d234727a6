import dayjs from 'dayjs'

/** A report names only the days on which something happened; a chart over time needs the others as zeros. */
export function fillDays<T extends { key: string }>(rows: T[], from: string, to: string): T[] {
  const [sample] = rows
  if (!sample) return rows
  const byDay = new Map(rows.map(row => [row.key, row]))
  const days: T[] = []
  for (let day = dayjs(from); !day.isAfter(dayjs(to)) && days.length < 400; day = day.add(1, 'day')) {
    const key = day.format('YYYY-MM-DD')
    days.push(byDay.get(key) ?? zeroLike(sample, key))
  }
  return days
}

function zeroLike<T extends { key: string }>(sample: T, key: string): T {
  const zeros = Object.entries(sample).map(([name, value]) => [name, typeof value === 'number' ? 0 : value])
  return { ...Object.fromEntries(zeros), key, label: key } as T
}
