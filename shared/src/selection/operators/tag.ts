import { z } from 'zod'
import { Id } from '../../kernel.ts'
import { say } from '../../language.ts'
import { operator } from '../operator.ts'

/** Tags: at least one of them, all of them, or none of them. */
export const tag = operator({
  zh: '标签',
  shape: z.object({ kind: z.literal('tag'), op: z.enum(['any', 'all', 'none']), tagIds: z.array(Id).min(1).max(100) }),
  sentence: ({ op, tagIds }, names) => {
    const list = tagIds.map(id => say(names, `「${names.tag(id)}」`, `“${names.tag(id)}”`)).join(say(names, '、', ', '))
    return {
      any: say(names, `有标签${list}之一`, `Has any tag of ${list}`),
      all: say(names, `同时有标签${list}`, `Has all tags of ${list}`),
      none: say(names, `没有标签${list}`, `Has no tag of ${list}`),
    }[op]
  },
})
