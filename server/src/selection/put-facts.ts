import { type Facts, FIELDS, type Field, type FieldName } from '@banyan/shared'
import { assert, type Ctx, insertOne, wakeWorkers } from '../core/index.ts'
import { storeFact } from './scope.ts'

/** One change on its way: brand (0: in every brand), person, name, value; null takes it away. */
export type FactChange = [brandId: number, personId: number, name: string, value: string | number | null]
/** A tag put on or taken off; what it says, if it says anything. */
export type TagChange = [brandId: number, personId: number, tagId: number, isOn: 0 | 1, value?: string | number]
/** A relation of a thing, by its own id: it may lead to somebody else after a merge. */
export type RelationChange = {
  id: number
  brandId: number
  typeId: number
  relation: string
  role: string
  fromId: number
  toId: number
  isOn: 0 | 1
}
export type FactBatch = {
  facts?: FactChange[]
  tags?: TagChange[]
  aliases?: [homeId: number, personId: number][]
  relations?: RelationChange[]
}

const PEOPLE_AT_ONCE = 1_000

/**
 * Mirrors facts that rules read: tier, points, coupons held. Call it in the transaction that made them true, after taking the lock that orders
 * their changes (the row's id is the fact's version); they are in ClickHouse within a second of the commit. `brandId` null is for
 * facts of the person himself. Repeating it is harmless.
 */
export async function putFacts(
  ctx: Ctx,
  brandId: number | null,
  people: readonly { personId: number; facts: Facts }[],
): Promise<void> {
  for (let from = 0; from < people.length; from += PEOPLE_AT_ONCE) {
    const facts = people.slice(from, from + PEOPLE_AT_ONCE).flatMap(({ personId, facts }) =>
      (Object.entries(facts) as [FieldName, unknown][]).map(([name, value]): FactChange => {
        const field: Field | undefined = FIELDS[name]
        assert(field, `no fact ${name} in shared/src/selection/fields.ts`)
        assert(field.scope === 'person' || brandId !== null, `${name} is a fact of a brand`)
        return [field.scope === 'person' ? 0 : (brandId ?? 0), personId, name, storedValue(value)]
      }),
    )
    await putBatch(ctx, { facts })
  }
}

/** For tags: who has them is read by rules too. `brandId` null is a tag of the group. */
export async function putTagFacts(
  ctx: Ctx,
  changes: readonly {
    tagId: number
    brandId: number | null
    personId: number
    isOn: boolean
    value?: string | number | null
  }[],
): Promise<void> {
  for (let from = 0; from < changes.length; from += PEOPLE_AT_ONCE) {
    const tags = changes.slice(from, from + PEOPLE_AT_ONCE).map(({ tagId, brandId, personId, isOn, value = null }): TagChange => {
      const change = [brandId ?? 0, personId, tagId, isOn ? 1 : 0] as const
      return value === null ? [...change] : [...change, value]
    })
    await putBatch(ctx, { tags })
  }
}

/** Whose people are whose: what the scope of an operator of single stores, and of what he saved, is made of. */
export async function putStoreFacts(
  ctx: Ctx,
  changes: readonly { personId: number; brandId: number; storeId: number; isIn: boolean }[],
): Promise<void> {
  for (let from = 0; from < changes.length; from += PEOPLE_AT_ONCE) {
    const facts = changes
      .slice(from, from + PEOPLE_AT_ONCE)
      .map(({ personId, brandId, storeId, isIn }): FactChange => [brandId, personId, storeFact(storeId), isIn ? 1 : null])
    await putBatch(ctx, { facts })
  }
}

export async function putBatch(ctx: Ctx, batch: FactBatch): Promise<void> {
  if (!batch.facts?.length && !batch.tags?.length && !batch.aliases?.length && !batch.relations?.length) return
  await insertOne('fact_batches', { payload: batch, createdAt: ctx.now, status: 'due', dueAt: ctx.now, attempts: 0 })
  wakeWorkers('fact_batches')
}

function storedValue(value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? value : String(value)
}
