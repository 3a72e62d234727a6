import { Id } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** A code brought these people, or some of them again. */
export const liveCodeTouched = event('liveCode.touched', z.object({ personIds: z.array(Id) }))
/** A code belongs to another store from now on, and whom it brought with it. */
export const liveCodeMoved = event('liveCode.moved', z.object({ codeId: Id }))
