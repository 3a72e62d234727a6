import { type Ctx, log, phrase, Refusal, savepoint, systemCtx } from '../core/index.ts'
import { staffByIds } from '../staff/index.ts'
import { heldTags, putTag, takeTag } from '../tags/index.ts'
import { corpTagNames } from './catalogue.ts'
import type { Item } from './gather.ts'
import type { Mirror } from './mirror.ts'

const markedSo = phrase<{ name: string }>('企业微信标签「{name}」', 'WeCom tag “{name}”')
const relationEnded = phrase('企业微信好友关系已结束', 'The WeCom relation has ended')

/** What staff marked in WeCom, on the person: put on first, so that of two values the new one stays. In a transaction. */
export async function takeInward(ctx: Ctx, items: readonly Item[]): Promise<void> {
  const inward = items.filter(one => one.decision.inward !== null)
  const [first] = inward
  if (!first) return
  const names = await corpTagNames(
    first.relation.corpId,
    inward.map(one => one.mirror.corpTagId),
  )
  const staff = first.relation.staffId ? (await staffByIds([first.relation.staffId], ctx.now)).get(first.relation.staffId) : null
  const doneBy = staff?.name ?? first.relation.userId
  for (const isOn of [true, false])
    for (const item of inward.filter(one => (one.decision.inward === 'on') === isOn)) {
      const { mirror, relation } = item
      const why = relation.isActive ? markedSo({ name: names.get(mirror.corpTagId) ?? mirror.corpTagId }) : relationEnded()
      const change = { tagId: mirror.tagId, personIds: [relation.personId], source: 'wecom', why: why.slice(0, 100) }
      const as = systemCtx({ brandId: mirror.brandId, now: ctx.now, name: doneBy })
      const value = mirror.value === null ? {} : { value: mirror.value }
      await savepoint(async () => {
        if (isOn) await putTag(as, { ...change, ...value })
        else if (await stillSays(mirror, relation.personId)) await takeTag(as, change)
      }).catch(unlessRefused(mirror.id))
    }
}

/** The value whose mark came off may have given way to another already. */
async function stillSays({ tagId, value }: Mirror, personId: number): Promise<boolean> {
  if (value === null) return true
  const [held] = await heldTags([tagId], [personId])
  return held?.value === value
}

/** A tag that was removed, or that no longer has this value, is no reason to try for ever. */
function unlessRefused(mirrorId: number) {
  return (error: unknown) => {
    if (!(error instanceof Refusal)) throw error
    log.warn({ err: error, mirrorId }, 'a mark in WeCom could not be taken over')
  }
}
