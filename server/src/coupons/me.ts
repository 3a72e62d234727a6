import { type Ctx, personOf } from '../core/index.ts'
import { canonicalId } from '../identity/index.ts'

/** The person of this session; a merge since he signed in is followed. Throws access.signedOut. */
export function me(ctx: Ctx): Promise<number> {
  return canonicalId(personOf(ctx))
}
