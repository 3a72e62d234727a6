import { FIELDS, type Field, type FieldName, SUBJECT_IDS_FROM } from '@banyan/shared'
import {
  bulkInsert,
  clickhouse,
  ownWork,
  publishMany,
  run,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../core/index.ts'
import { factsChanged } from './facts-changed.ts'
import type { FactBatch, RelationChange } from './put-facts.ts'
import { tagFact } from './tag-fact.ts'

type BatchRow = WorkRow & { payload: string }
type Fact = { brandId: number; personId: number; name: string; value: string | number | null; version: number }

ownWork('fact_batches', { name: 'selection.facts', subject: 'id', at: 'created_at', mayDismiss: true })

/** Every fact carries its version, so that the order in which batches arrive does not matter. One that changed several times in a batch is written once. */
export const factWorkers: WorkerDef<BatchRow>[] = [
  {
    name: 'selection.facts',
    table: 'fact_batches',
    batchSize: 50,
    concurrency: 1,
    leaseSeconds: 120,
    maxAttempts: 30,
    settlesItself: true,
    // Every batch costs ClickHouse a part and the segments a look: a few large ones a second are enough.
    gatherMs: 100,
    runMany: storeFacts,
  },
]

/** Inbox -> ClickHouse and the relational copy -> `facts.changed`. May run twice: every row carries its version. */
export async function storeFacts(claimed: BatchRow[]): Promise<undefined> {
  const batches = [...claimed]
    .sort((a, b) => a.id - b.id)
    .map(row => ({ version: row.id, ...(JSON.parse(row.payload) as FactBatch) }))
  const facts = new Map<string, Fact>()
  const tags = new Map<string, Fact & { tagId: number }>()
  const aliases = new Map<number, { home_id: number; person_id: number; version: number }>()
  const relations = new Map<number, ReturnType<typeof relationRow>>()
  for (const { version, ...batch } of batches) {
    for (const relation of batch.relations ?? []) relations.set(relation.id, relationRow(relation, version))
    for (const [brandId, personId, name, value] of batch.facts ?? [])
      facts.set(`${brandId}:${personId}:${name}`, { brandId, personId, name, value, version })
    for (const [brandId, personId, tagId, isOn, said = 1] of batch.tags ?? [])
      tags.set(`${tagId}:${personId}`, {
        brandId,
        personId,
        name: tagFact(tagId),
        value: isOn === 1 ? said : null,
        version,
        tagId,
      })
    for (const [home_id, person_id] of batch.aliases ?? []) aliases.set(home_id, { home_id, person_id, version })
  }
  const aliasCopies = [...aliases.values()].map(
    ({ home_id, person_id, version }): Fact => ({ brandId: 0, personId: home_id, name: ALIAS, value: person_id, version }),
  )
  // Things are mirrored again from their own tables; see mirror-subjects.ts.
  await keepCopy([...facts.values()].filter(fact => fact.personId < SUBJECT_IDS_FROM).concat(aliasCopies))
  await clickhouse.insert('person_aliases', [...aliases.values()])
  await clickhouse.insert('subject_relations', [...relations.values()])
  await insertFacts([...facts.values(), ...tags.values()])
  await settle(claimed, changesOf([...facts.values()], [...tags.values()], [...aliases.values()], [...relations.values()]))
  return undefined
}

/**
 * Recent facts outweigh settled ones. One that comes after newer ones were settled (its batch failed for long) goes to the settled ones, where the
 * newest version wins, and what the recent table still holds of it is put right.
 */
async function insertFacts(facts: readonly Fact[]): Promise<void> {
  const settled =
    (await clickhouse.query<{ version: number }>('SELECT max(version) AS version FROM facts_settlings'))[0]?.version ?? 0
  const late = facts.filter(fact => fact.version <= settled)
  await clickhouse.insert('facts_recent', facts.filter(fact => fact.version > settled).map(asRow))
  if (late.length === 0) return
  await clickhouse.insert('facts_settled', late.map(asRow))
  const those = 'name IN {names:Array(String)} AND person_id IN {people:Array(UInt32)}'
  await clickhouse.command(
    `INSERT INTO facts_recent SELECT * FROM facts_settled FINAL WHERE ${those}
      AND (brand_id, name, person_id) IN (SELECT brand_id, name, person_id FROM facts_recent WHERE ${those})`,
    { names: [...new Set(late.map(fact => fact.name))], people: late.map(fact => fact.personId) },
  )
}

/** How an alias stands in the relational copy: the home as the person, its survivor as the value. No field has this name. */
export const ALIAS = '@alias'

export function asRow({ brandId, personId, name, value, version }: Fact) {
  return {
    brand_id: brandId,
    name,
    person_id: personId,
    is_set: value === null ? 0 : 1,
    number: typeof value === 'number' ? value : 0,
    text: typeof value === 'string' ? value : '',
    version,
  }
}

/** The relational copy from which ClickHouse is rebuilt. In key order, so that two loops never wait for each other. */
async function keepCopy(facts: readonly Fact[]): Promise<void> {
  const sorted = [...facts].sort(
    (a, b) => a.brandId - b.brandId || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.personId - b.personId),
  )
  await bulkInsert(
    'facts',
    sorted.map(({ brandId, name, personId, value, version }) => ({
      brandId,
      name,
      personId,
      value: value === null ? null : String(value).slice(0, 400),
      version,
    })),
    { onDuplicate: { update: ['value', 'version'], newerBy: 'version' } },
  )
}

function relationRow({ id, brandId, typeId, relation, role, fromId, toId, isOn }: RelationChange, version: number) {
  return {
    relation_id: id,
    brand_id: brandId,
    type_id: typeId,
    relation,
    role,
    from_id: fromId,
    to_id: toId,
    is_on: isOn,
    version,
  }
}

type Change = { brandId: number | null; reads: Set<string>; people: Set<number> }

function changesOf(
  facts: readonly Fact[],
  tags: readonly { tagId: number; brandId: number; personId: number }[],
  aliases: readonly { home_id: number; person_id: number }[],
  relations: readonly ReturnType<typeof relationRow>[],
): Change[] {
  const byBrand = new Map<number, Change>()
  const add = (brandId: number, read: string, personId: number) => {
    const change = byBrand.get(brandId) ?? {
      brandId: brandId === 0 ? null : brandId,
      reads: new Set<string>(),
      people: new Set<number>(),
    }
    byBrand.set(brandId, change)
    change.reads.add(read)
    change.people.add(personId)
  }
  for (const fact of facts) add(fact.brandId, `fact:${fact.name}`, fact.personId)
  for (const tag of tags) add(tag.brandId, `tag:${tag.tagId}`, tag.personId)
  for (const { brand_id, type_id, relation, from_id, to_id } of relations)
    for (const subject of [from_id, to_id]) if (subject !== 0) add(brand_id, `relation:${type_id}.${relation}`, subject)
  // A merge may change everything about both.
  for (const alias of aliases) for (const person of [alias.home_id, alias.person_id]) add(0, '*', person)
  return [...byBrand.values()]
}

const PEOPLE_PER_EVENT = 5_000

async function settle(claimed: readonly BatchRow[], changes: readonly Change[]): Promise<void> {
  await transaction(async () => {
    const ctx = systemCtx({ name: 'selection.facts' })
    for (const { brandId, reads, people } of changes) {
      const ids = [...people]
      for (let from = 0; from < ids.length; from += PEOPLE_PER_EVENT) {
        await publishMany(ctx, factsChanged, [
          { brandId, payload: { brandId, reads: [...reads], personIds: ids.slice(from, from + PEOPLE_PER_EVENT) } },
        ])
      }
    }
    await run(
      sql`UPDATE fact_batches SET status = 'done', leased_until = NULL, last_error = NULL WHERE id IN (${claimed.map(row => row.id)})`,
    )
  })
}

/** Numbers keep their kind through the relational copy's text. */
export function factValueOf(name: string, stored: string | null): string | number | null {
  if (stored === null) return null
  const field = FIELDS[name as FieldName] as Field | undefined
  return field && (field.kind === 'text' || field.kind === 'day') ? stored : Number(stored)
}
