import { noteMarks, noteRemark, relationOfId } from '../contacts/index.ts'
import { type Ctx, log } from '../core/index.ts'
import { personName } from '../identity/index.ts'
import { brandOfId, limitOf, storeOfId } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { markTag, remark } from '../wecom/index.ts'
import type { LiveCode } from './live-code.ts'
import { type Affixes, remarkWith } from './rules.ts'
import { codeOfScene } from './scenes.ts'
import { rendered } from './words.ts'

/** Puts the code's WeCom tags and remark on the new relation. Outside a transaction; each step may be repeated. */
export async function greetRelation(ctx: Ctx, { relationId, state }: { relationId: number; state: string }): Promise<void> {
  const code = state ? await codeOfScene(state) : null
  const relation = await relationOfId(relationId)
  if (!code || !relation) return
  const { corpId, userId, externalUserId } = relation
  if (code.wecomTagIds.length > 0) {
    await skipRefused(ctx, code, async () => {
      await markTag(corpId, userId, externalUserId, { add: code.wecomTagIds })
      await noteMarks(ctx, relationId, { add: code.wecomTagIds })
    })
  }
  if (!code.remark) return
  const affixes = await affixesOf(ctx, code, relation.staffId)
  const present = relation.remark || relation.name || (await personName(ctx, relation.personId))
  const next = remarkWith(affixes, present, await limitOf('wecom.remarkLength'))
  if (next === null) return
  await skipRefused(ctx, code, async () => {
    await remark(corpId, userId, externalUserId, { remark: next })
    await noteRemark(relationId, next)
  })
}

const NAME = '\u0001' // stands for the name while the words around it are rendered

async function affixesOf(ctx: Ctx, code: LiveCode, staffId: number | null): Promise<Affixes> {
  const [brand, store, staff] = await Promise.all([
    brandOfId(code.brandId),
    code.storeId ? storeOfId(code.storeId) : null,
    staffId ? staffByIds([staffId], ctx.now).then(found => found.get(staffId)) : undefined,
  ])
  const words = rendered(code.remark, {
    name: NAME,
    brand: brand.name,
    store: store?.name ?? '',
    staff: staff?.name ?? '',
    code: code.name,
  })
  const [prefix = '', suffix = ''] = words.split(NAME)
  return { prefix, suffix }
}

/** A tag that was deleted or a relation that has ended is no reason to try for ever; being busy is. */
async function skipRefused(_ctx: Ctx, code: LiveCode, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isGatewayError(error) || error.class !== 'refused') throw error
    log.warn({ err: error, codeId: code.id }, 'tag or remark was refused by the platform')
  }
}
