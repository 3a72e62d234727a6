import { z } from 'zod'
import { event } from '../core/index.ts'

/** Values of these subjects changed, or they came, or they went; whoever mirrors them reads them as they are now. */
export const subjectsChanged = event(
  'subjects.changed',
  z.object({ typeId: z.int(), brandId: z.int(), subjectIds: z.array(z.int()) }),
)
/** Relations of a type that began, ended or lead to somebody else since a merge. */
export const relationsChanged = event('subjects.relationsChanged', z.object({ typeId: z.int(), relationIds: z.array(z.int()) }))
