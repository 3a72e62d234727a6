import { z } from 'zod'
import { Id } from '../../kernel.ts'
import { operator } from '../operator.ts'

/** Tags: at least one of them, all of them, or none of them. */
export const tag = operator({
  zh: '标签',
  shape: z.object({ kind: z.literal('tag'), op: z.enum(['any', 'all', 'none']), tagIds: z.array(Id).min(1).max(100) }),
  sentence: ({ op, tagIds }, names) => {
    const list = tagIds.map(id => `「${names.tag(id)}」`).join('、')
    return { any: `有标签${list}之一`, all: `同时有标签${list}`, none: `没有标签${list}` }[op]
  },
})
