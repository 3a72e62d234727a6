import { noteMarks } from '../contacts/index.ts'
import { type Ctx, RetryLater } from '../core/index.ts'
import { type GatewayError, isGatewayError } from '../wechat/index.ts'
import { markTag } from '../wecom/index.ts'
import { readCatalogue } from './catalogue.ts'
import type { Item } from './gather.ts'
import { failMarks } from './links.ts'

/** A block by the minute lasts sixty seconds. */
const BLOCKED_MS = 60_000
/** A wrong secret or an address that is not trusted is mended by a person. */
const MISCONFIGURED_MS = 300_000

type Marked = { failed: Item[]; note: () => Promise<void> }

/**
 * Puts what we decided on one relation, all of it in one call. What the platform refuses for good ends that mark with its reason and is not tried again;
 * anything else throws and comes back. Outside a transaction; `note` writes down, in one, what the platform now has.
 */
export async function markOutward(ctx: Ctx, items: readonly Item[]): Promise<Marked> {
  const wanted = items.filter(one => one.decision.mark !== null)
  const [first] = wanted
  if (!first) return { failed: [], note: async () => undefined }
  const { relation } = first
  const failed: Item[] = []
  const fail = async (item: Item, error: GatewayError) => {
    failed.push(item)
    await failMarks(ctx, [item], failureOf(error), `${error.errcode} ${error.errmsg}`.trim())
  }
  const error = await call(relation, wanted)
  // one bad tag refuses the whole call: each by itself tells which
  if (error?.errcode === '40068' && wanted.length > 1)
    for (const item of wanted) {
      const own = await call(relation, [item])
      if (own) await fail(item, own)
    }
  else if (error) for (const item of wanted) await fail(item, error)
  if (failed.length > 0 && error?.errcode === '40068') await readCatalogue(ctx, relation.corpId)

  const done = wanted.filter(item => !failed.includes(item))
  return { failed, note: () => noteMarks(ctx, relation.id, marksOf(done)) }
}

async function call(relation: Item['relation'], items: readonly Item[]): Promise<GatewayError | null> {
  try {
    await markTag(relation.corpId, relation.userId, relation.externalUserId, marksOf(items))
    return null
  } catch (error) {
    if (!isGatewayError(error)) throw error
    if (error.class === 'refused') return error
    if (error.class === 'config') throw new RetryLater(error.message, MISCONFIGURED_MS)
    if (error.errcode === '45009') throw new RetryLater('the rate of marks is used up', BLOCKED_MS)
    throw error
  }
}

function marksOf(items: readonly Item[]): { add: string[]; remove: string[] } {
  const idsOf = (mark: 'add' | 'remove') => items.filter(one => one.decision.mark === mark).map(one => one.mirror.corpTagId)
  return { add: idsOf('add'), remove: idsOf('remove') }
}

function failureOf({ errcode }: GatewayError): 'noRelation' | 'tagGone' | 'refused' {
  if (errcode === '84061' || errcode === '40096' || errcode === '60111') return 'noRelation'
  return errcode === '40068' ? 'tagGone' : 'refused'
}
