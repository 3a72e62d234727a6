import type { InputOf, identity, MergePreview } from '@banyan/shared'
import { type Ctx, refused, say } from '../core/index.ts'
import { allCarriers } from './carriers.ts'
import { loadNodes } from './load-world.ts'
import { homesOf, lockPeople, mergePeople, mustNotBeNeverLinked } from './merge-people.ts'
import { chooseSurvivor, previewMerge } from './merge-preview.ts'
import { canonicalIds, mustSeePerson, personNames } from './people.ts'
import { LIMITS } from './plan.ts'
import { planUndo, unmerge } from './unmerge.ts'
import { carrierWord } from './words.ts'

type ByHand = {
  personIds: readonly number[]
  survivorId?: number | undefined
  reason: string | null
  matchedTypes: readonly string[]
}

/** Joins people by decision of a person; limits of identifiers do not hold him up, never-links and the caps do. */
export async function mergeByHand(
  ctx: Ctx,
  { personIds, survivorId, reason, matchedTypes }: ByHand,
): Promise<{ personId: number; mergeIds: number[] }> {
  const ids = [...new Set(personIds)].sort((a, b) => a - b)
  if (ids.length < 2) throw refused('identity.alreadyOne')
  if (ids.length > LIMITS.peoplePerMerge) throw refused('identity.tooManyPeople')
  await lockPeople(ids)
  const toId = await chooseSurvivor(ids, survivorId)
  const { nodes } = await loadNodes(ids)
  const merges = [...nodes.values()].reduce((sum, node) => sum + node.mergeCount, 0) + ids.length - 1
  const total = [...nodes.values()].reduce((sum, node) => sum + node.total, 0)
  if (merges > LIMITS.mergesPerPerson || total > LIMITS.identifiersPerPerson) throw refused('identity.limitReached')
  const fromIds = ids.filter(id => id !== toId)
  for (const [at, fromId] of fromIds.entries())
    for (const other of [toId, ...fromIds.slice(0, at)]) await mustNotBeNeverLinked(await homesOf(fromId), await homesOf(other))
  const mergeIds = await mergePeople(
    ctx,
    fromIds.map(fromId => ({ fromId, toId, matchedTypes, source: null, reason, at: ctx.now })),
  )
  return { personId: toId, mergeIds }
}

/** `identity.merge`: does it, or with isDryRun says what it would do. */
export async function mergeOrPreview(
  ctx: Ctx,
  input: InputOf<(typeof identity)['identity.merge']>,
): Promise<{ personId: number; mergeIds: number[]; preview: MergePreview }> {
  const visible: number[] = []
  for (const id of input.personIds) visible.push(await mustSeePerson(ctx, id))
  const ids = [...new Set(visible)]
  if (ids.length < 2) throw refused('identity.alreadyOne')
  const survivor = input.survivorId === undefined ? undefined : (await canonicalIds([input.survivorId])).get(input.survivorId)
  const preview = await previewMerge(ctx, ids, await chooseSurvivor(ids, survivor))
  if (input.isDryRun) return { personId: preview.survivorId, mergeIds: [], preview }
  const merged = await mergeByHand(ctx, { personIds: ids, survivorId: survivor, reason: input.reason ?? null, matchedTypes: [] })
  return { ...merged, preview }
}

/** `identity.unmerge`: does it, or with isDryRun says who would hold what. */
export async function unmergeOrPreview(ctx: Ctx, input: InputOf<(typeof identity)['identity.unmerge']>) {
  const undo = await planUndo(input.mergeId)
  await mustSeePerson(ctx, undo.survivorId)
  const names = await personNames(ctx, [undo.restoredId, undo.survivorId])
  const [restored, survivor] = [names.get(undo.restoredId) ?? '', names.get(undo.survivorId) ?? '']
  const effects = [
    {
      carrier: 'identity',
      name: carrierWord(ctx, 'identity'),
      detail: [
        say(
          ctx,
          `恢复客户 ${restored}（#${undo.restoredId}）及其合并时带来的标识`,
          `${restored} (#${undo.restoredId}) comes back with the identifiers brought in by the merge`,
        ),
        say(
          ctx,
          `${survivor}（#${undo.survivorId}）保留其余标识`,
          `${survivor} (#${undo.survivorId}) keeps the other identifiers`,
        ),
      ],
    },
    ...allCarriers()
      .filter(carrier => carrier.name !== 'identity')
      .map(carrier => ({
        carrier: carrier.name,
        name: carrierWord(ctx, carrier.name),
        detail: [
          say(
            ctx,
            `合并时从 #${undo.restoredId} 转入的记录归还给 #${undo.restoredId}`,
            `Records that came from #${undo.restoredId} go back to #${undo.restoredId}`,
          ),
        ],
      })),
  ]
  const warnings = [
    say(
      ctx,
      '拆分后两人不再自动合并；合并之后产生的记录，按其来源标识归属',
      'The two will not be joined again; what happened after the merge goes to whose identifier it came with',
    ),
  ]
  if (!input.isDryRun) await unmerge(ctx, { mergeId: input.mergeId, reason: input.reason ?? null })
  return { personId: undo.survivorId, restoredPersonId: undo.restoredId, effects, warnings }
}
