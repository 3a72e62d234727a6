import { activeRelationsOf } from '../contacts/index.ts'
import { bulkInsert, type Ctx, transaction, wakeWorkers } from '../core/index.ts'
import { gather, type Item, isToDo } from './gather.ts'
import { waitForMarks } from './links.ts'
import { type Mirror, mirrorScope } from './mirror.ts'

/** These relations are to be looked at, soon; one that is being looked at is looked at once more. */
export async function look(ctx: Ctx, relationIds: readonly number[]): Promise<void> {
  const ids = [...new Set(relationIds)].sort((a, b) => a - b)
  if (ids.length === 0) return
  await bulkInsert(
    'corp_tag_looks',
    ids.map(relationId => ({ relationId, askedAt: ctx.now, status: 'due', dueAt: ctx.now, attempts: 0, leasedUntil: null })),
    { onDuplicate: { update: ['askedAt', 'status', 'dueAt', 'attempts', 'leasedUntil'] } },
  )
  wakeWorkers('corp_tag_looks')
}

/** The relations of these people that a mirror is about, at once shown as waiting to be marked. */
export async function lookAtPeople(ctx: Ctx, mirror: Mirror, personIds: readonly number[], isAdd: boolean): Promise<void> {
  const isIn = await mirrorScope()
  const relations = (await activeRelationsOf(personIds)).filter(one => isIn(mirror, one))
  if (mirror.direction !== 'in')
    await waitForMarks(
      ctx,
      relations.map(one => ({ mirrorId: mirror.id, relationId: one.id, isAdd })),
    )
  await look(
    ctx,
    relations.map(one => one.id),
  )
}

/** Compares these relations, and has those looked at where something is to be done. Answers how many. */
export async function lookWhereNeeded(ctx: Ctx, relationIds: readonly number[]): Promise<number> {
  const todo = [...(await gather(relationIds)).entries()].filter(([, items]) => items.some(isToDo))
  await transaction(async () => {
    await waitForMarks(
      ctx,
      todo.flatMap(([, items]) => items.filter(one => one.decision.mark).map(waitingOf)),
    )
    await look(
      ctx,
      todo.map(([id]) => id),
    )
  })
  return todo.length
}

export function waitingOf({ mirror, relation, decision }: Item) {
  return { mirrorId: mirror.id, relationId: relation.id, isAdd: decision.mark === 'add' }
}
