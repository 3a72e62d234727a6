import { z } from 'zod'
import { say } from '../../language.ts'
import { operator } from '../operator.ts'
import { Span, Window, windowWords, withinWords } from '../window.ts'
import { filterWords, TrackFilter } from './track-filter.ts'

export const SequenceStep = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
  filters: z.array(TrackFilter).max(10).default([]),
})
export type SequenceStep = z.output<typeof SequenceStep>

/**
 * Tracks in order: each step is a track after the one before, and the last less than `within` after the first. With `last` `didNot` there are two steps, and the second
 * stayed away for the whole of `within` after the first, which must have passed by now. Steps count inside the window.
 */
export const sequence = operator({
  zh: '先后行为',
  shape: z
    .object({
      kind: z.literal('sequence'),
      steps: z.array(SequenceStep).min(2).max(6),
      within: Span.nullable(),
      last: z.enum(['did', 'didNot']),
      window: Window,
    })
    .refine(({ last, within, steps }) => last === 'did' || (within !== null && steps.length === 2), {
      path: ['within'],
      message: 'two steps and a time, to say that the second was not done',
    }),
  sentence: ({ steps, within, last, window }, names) => {
    const words = steps.map(({ name, filters }) => {
      const parts = filters.map(filter => filterWords(names, filter, names.property(name, filter.property)))
      const where = parts.length > 0 ? say(names, `（${parts.join('，')}）`, ` (${parts.join(', ')})`) : ''
      return `${names.track(name)}${where}`
    })
    const before = words.slice(0, -1).join(say(names, '，然后', ', then '))
    const end = words.at(-1) ?? ''
    const span = within ? withinWords(names, within) : ''
    const when = windowWords(names, window)
    return last === 'did'
      ? say(names, `${when}先${before}，${span}又${end}`, `${before}, then ${end} ${span} (${when})`)
      : say(names, `${when}${before}后，${span}没有${end}`, `${before}, and not ${end} ${span} (${when})`)
  },
})
