import { type MergePreview, PROFILE_FIELDS } from '@banyan/shared'
import { type Ctx, refused, rows, say, spaced, sql } from '../core/index.ts'
import { allCarriers } from './carriers.ts'
import { rulebook } from './identifier-types.ts'
import { identifierViews } from './person-graph.ts'
import { chosenValues } from './profile-fields.ts'
import { carriedWords, carrierWord, fieldWord, listed, typeWord } from './words.ts'

/** The survivor is the earliest created, or whom the operator picks. Throws identity.survivorMissing. */
export async function chooseSurvivor(personIds: readonly number[], survivorId?: number): Promise<number> {
  if (survivorId !== undefined) {
    if (!personIds.includes(survivorId)) throw refused('identity.survivorMissing', { field: 'survivorId' })
    return survivorId
  }
  const [first] = await rows<{ id: number }>(
    sql`SELECT id FROM people WHERE id IN (${[...personIds]}) ORDER BY created_at, id LIMIT 1`,
  )
  return Number(first?.id ?? personIds[0])
}

/** What joining these people would do; changes nothing. */
export async function previewMerge(ctx: Ctx, personIds: readonly number[], survivorId: number): Promise<MergePreview> {
  const fromIds = personIds.filter(id => id !== survivorId)
  const identifiers = await identifierViews(ctx, personIds)
  const fields = await rows<Parameters<typeof chosenValues>[0][number] & { person_id: number }>(
    sql`SELECT person_id, home_id, field, source, value, at, first_value, first_at FROM person_fields WHERE person_id IN (${[...personIds]})`,
  )
  const after = chosenValues(fields)
  const before = new Map(personIds.map(id => [id, chosenValues(fields.filter(row => Number(row.person_id) === id))]))

  const carried: MergePreview['carried'] = []
  for (const carrier of allCarriers()) {
    const detail: string[] = []
    let count = 0
    for (const fromId of fromIds) {
      for (const [key, value] of Object.entries(await carrier.preview(ctx, { fromId, toId: survivorId }))) {
        if (typeof value === 'number') count += value
        if (value !== 0 && value !== null && !(Array.isArray(value) && value.length === 0))
          detail.push(carriedWords(ctx, key, value))
      }
    }
    carried.push({ carrier: carrier.name, name: carrierWord(ctx, carrier.name), count, detail })
  }
  return {
    survivorId,
    fromIds,
    identifiers: identifiers.map(({ personId: _, ...view }) => view),
    profile: PROFILE_FIELDS.map(field => ({
      field,
      name: fieldWord(ctx, field),
      value: after[field],
      before: personIds.map(personId => ({ personId, value: before.get(personId)?.[field] ?? null })),
    })),
    carried,
    warnings: await warningsOf(ctx, identifiers),
  }
}

async function warningsOf(ctx: Ctx, identifiers: readonly { type: string; scope: string; masked: string }[]): Promise<string[]> {
  const { types } = await rulebook()
  const held = new Map<string, string[]>()
  for (const one of identifiers)
    held.set(`${one.type}|${one.scope}`, [...(held.get(`${one.type}|${one.scope}`) ?? []), one.masked])
  return [...held].flatMap(([slot, values]) => {
    const type = types.get(slot.slice(0, slot.indexOf('|')))
    if (!type || values.length <= type.limit) return []
    const [word, shown] = [typeWord(ctx, type.name, type.zh), listed(ctx, values.slice(0, 5))]
    return [
      say(
        ctx,
        spaced`合并后将有 ${values.length} 个${word}（${shown}），超过每人 ${type.limit} 个的上限，请确认确为同一人`,
        `Once merged: ${values.length} × ${word} (${shown}), and one person may hold ${type.limit}: make sure they are one`,
      ),
    ]
  })
}
