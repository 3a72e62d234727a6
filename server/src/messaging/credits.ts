import type { InputOf, messaging } from '@banyan/shared'
import { brandOf, brandScope, bulkInsert, type Ctx, insertIgnore, personOf, rows, run, sql, upsert } from '../core/index.ts'
import { canonicalId } from '../identity/index.ts'
import { findConnection } from '../platform/index.ts'
import { MessageTemplate } from './message-template.ts'

/**
 * Subscribe credits: one tap is one send, and no API tells the balance, so the ledger is ours. A tap reaches us twice, from the
 * mini-program itself and from the platform's callback; it counts once.
 */
export type CreditEntry = {
  personId: number
  appId: string
  templateId: string
  entryKey: string
  source: 'client' | 'callback' | 'import'
  at: Date
}

/** The two reports of one tap arrive within this of each other. */
const SAME_TAP_MS = 15_000

/** Adds a credit for each tap, in the ambient transaction; repeats and the other half of a tap add nothing. Answers how many were new. */
export async function addCredits(entries: readonly CreditEntry[]): Promise<number> {
  let added = 0
  for (const entry of [...entries].sort((a, b) => a.personId - b.personId || (a.templateId < b.templateId ? -1 : 1))) {
    await lockBalance(entry)
    if (await isOtherHalf(entry)) continue
    const isNew = await insertIgnore('subscribe_credits', {
      personId: entry.personId,
      appId: entry.appId,
      templateId: entry.templateId,
      delta: 1,
      kind: 'tap',
      source: entry.source,
      entryKey: entry.entryKey,
      at: entry.at,
    })
    if (isNew === 0) continue
    await changeBalance(entry, 1)
    added += 1
  }
  return added
}

type Slot = { personId: number; appId: string; templateId: string }

async function lockBalance({ personId, appId, templateId }: Slot): Promise<void> {
  await insertIgnore('subscribe_balances', { personId, appId, templateId, balance: 0 })
  await rows(
    sql`SELECT id FROM subscribe_balances WHERE app_id = ${appId} AND template_id = ${templateId} AND person_id = ${personId} FOR UPDATE`,
  )
}

/** True when the other source has told of this very tap; the two are then tied, so that each entry matches one other at most. */
async function isOtherHalf(entry: CreditEntry): Promise<boolean> {
  if (entry.source === 'import') return false
  const known = await rows<{ id: number }>(
    sql`SELECT id FROM subscribe_credits WHERE entry_key = ${entry.entryKey} OR matched_by = ${entry.entryKey} LIMIT 1`,
  )
  if (known.length > 0) return true
  const other = entry.source === 'client' ? 'callback' : 'client'
  const [from, to] = [new Date(entry.at.getTime() - SAME_TAP_MS), new Date(entry.at.getTime() + SAME_TAP_MS)]
  const [half] = await rows<{ id: number }>(
    sql`SELECT id FROM subscribe_credits WHERE person_id = ${entry.personId} AND app_id = ${entry.appId} AND template_id = ${entry.templateId} AND kind = 'tap' AND source = ${other} AND matched_by IS NULL AND at BETWEEN ${from} AND ${to} ORDER BY at LIMIT 1`,
  )
  if (!half) return false
  await run(sql`UPDATE subscribe_credits SET matched_by = ${entry.entryKey} WHERE id = ${half.id}`)
  return true
}

async function changeBalance({ personId, appId, templateId }: Slot, by: number): Promise<number> {
  return run(
    sql`UPDATE subscribe_balances SET balance = balance + ${by} WHERE app_id = ${appId} AND template_id = ${templateId} AND person_id = ${personId} AND balance + ${by} >= 0`,
  )
}

/** Many credits at once for people who had none: samples and migrations from another system. */
export async function importCredits(ctx: Ctx, list: readonly (Slot & { count: number; at?: Date })[]): Promise<void> {
  const sorted = [...list].sort((a, b) => a.personId - b.personId)
  await bulkInsert(
    'subscribe_credits',
    sorted.map((one, at) => ({
      personId: one.personId,
      appId: one.appId,
      templateId: one.templateId,
      delta: one.count,
      kind: 'import',
      source: 'import',
      entryKey: `import:${ctx.requestId}:${one.templateId}:${one.personId}:${at}`.slice(0, 120),
      at: one.at ?? ctx.now,
    })),
  )
  await upsert(
    'subscribe_balances',
    sorted.map(one => ({ personId: one.personId, appId: one.appId, templateId: one.templateId, balance: one.count })),
    ['balance'],
  )
}

/** Credits in hand of these people for a template. */
export async function creditsOf(personIds: readonly number[], appId: string, templateId: string): Promise<Map<number, number>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; balance: number }>(
    sql`SELECT person_id, balance FROM subscribe_balances WHERE app_id = ${appId} AND template_id = ${templateId} AND person_id IN (${[...personIds]})`,
  )
  return new Map(found.map(row => [Number(row.person_id), Number(row.balance)]))
}

export type CreditUse = Slot & { messageId: number }

/** Takes a credit for each message that is about to leave. The caller holds the gate and has read the balances. */
export async function takeCredits(ctx: Ctx, uses: readonly CreditUse[]): Promise<void> {
  await writeUses(ctx, uses, -1, 'send')
}

/** Gives credits back for messages that certainly did not leave. */
export async function giveBackCredits(ctx: Ctx, uses: readonly CreditUse[]): Promise<void> {
  await writeUses(ctx, uses, 1, 'back')
}

async function writeUses(ctx: Ctx, uses: readonly CreditUse[], delta: 1 | -1, kind: 'send' | 'back'): Promise<void> {
  if (uses.length === 0) return
  await bulkInsert(
    'subscribe_credits',
    uses.map(use => ({
      personId: use.personId,
      appId: use.appId,
      templateId: use.templateId,
      delta,
      kind,
      source: 'messaging',
      entryKey: `${kind}:${use.messageId}:${ctx.requestId}`,
      at: ctx.now,
    })),
  )
  for (const [slot, group] of slotsOf(uses)) {
    const [appId = '', templateId = ''] = slot.split('|')
    await run(
      sql`UPDATE subscribe_balances SET balance = balance + ${delta} WHERE app_id = ${appId} AND template_id = ${templateId} AND person_id IN (${group.map(use => use.personId).sort((a, b) => a - b)})`,
    )
  }
}

/** 43101: the platform knows of no credit, whatever our ledger says. The send used none; the ledger is set right. */
export async function markNoCredit(ctx: Ctx, uses: readonly CreditUse[]): Promise<void> {
  for (const use of uses) {
    const [row] = await rows<{ balance: number }>(
      sql`SELECT balance FROM subscribe_balances WHERE app_id = ${use.appId} AND template_id = ${use.templateId} AND person_id = ${use.personId} FOR UPDATE`,
    )
    const balance = Number(row?.balance ?? 0)
    if (balance === 0) continue
    await insertIgnore('subscribe_credits', {
      personId: use.personId,
      appId: use.appId,
      templateId: use.templateId,
      delta: -balance,
      kind: 'refused',
      source: 'messaging',
      entryKey: `refused:${use.messageId}`,
      at: ctx.now,
    })
    await changeBalance(use, -balance)
  }
}

function slotsOf(uses: readonly CreditUse[]): Map<string, CreditUse[]> {
  const groups = new Map<string, CreditUse[]>()
  for (const use of uses)
    groups.set(`${use.appId}|${use.templateId}`, [...(groups.get(`${use.appId}|${use.templateId}`) ?? []), use])
  return groups
}

/** The templates to ask for at a place: the person's scarcest first, three at most per tap (a platform rule). */
export async function templatesForPlace(ctx: Ctx, { place }: InputOf<(typeof messaging)['subscriptions.templatesFor']>) {
  const personId = await canonicalId(personOf(ctx))
  const templates = (
    await MessageTemplate.findAll({
      where: { brandId: brandOf(ctx), channel: 'subscribe', isActive: true },
      order: [['id', 'ASC']],
      limit: 50,
    })
  ).filter(one => one.places.length === 0 || one.places.includes(place))
  const offered = []
  for (const one of templates)
    offered.push({
      templateId: one.templateId,
      title: one.title,
      credits: (await creditsOf([personId], one.appId, one.templateId)).get(personId) ?? 0,
    })
  return { templates: offered.sort((a, b) => a.credits - b.credits).slice(0, 3) }
}

/** What the person chose in the pop-up; of templates that nobody has entered nothing is kept, since nothing is sent with them. */
export async function recordChoices(
  ctx: Ctx,
  { place, choices }: InputOf<(typeof messaging)['subscriptions.record']>,
): Promise<{ accepted: number }> {
  const personId = await canonicalId(personOf(ctx))
  const connection = await findConnection('miniProgram', { brandId: brandOf(ctx) })
  if (!connection) return { accepted: 0 }
  const templates = await MessageTemplate.findAll({
    where: { channel: 'subscribe', appId: connection.externalId, templateId: choices.map(choice => choice.templateId) },
    limit: choices.length,
  })
  const ours = new Set(templates.map(one => one.templateId))
  const accepted = choices.filter(choice => choice.choice === 'accept' && ours.has(choice.templateId))
  await addCredits(
    accepted.map(({ templateId }) => ({
      personId,
      appId: connection.externalId,
      templateId,
      entryKey: `client:${place}:${personId}:${templateId}:${ctx.idempotencyKey ?? ctx.requestId}`.slice(0, 120),
      source: 'client' as const,
      at: ctx.now,
    })),
  )
  return { accepted: accepted.length }
}

/** Credits in hand and their movement, by template. */
export async function creditReport(ctx: Ctx) {
  const scope = brandScope(ctx)
  const templates = await MessageTemplate.findAll({
    where: { channel: 'subscribe', ...(scope ? { brandId: scope } : {}) },
    order: [['id', 'ASC']],
    limit: 200,
  })
  const since = new Date(ctx.now.getTime() - 30 * 86_400_000)
  const items = []
  for (const { id, title, appId, templateId } of templates) {
    const [held] = await rows<{ people: number; credits: number }>(
      sql`SELECT COUNT(*) AS people, COALESCE(SUM(balance), 0) AS credits FROM subscribe_balances WHERE app_id = ${appId} AND template_id = ${templateId} AND balance > 0`,
    )
    const [moved] = await rows<{ given: number; used: number }>(
      sql`SELECT COALESCE(SUM(CASE WHEN delta > 0 AND kind <> 'back' THEN delta ELSE 0 END), 0) AS given, COALESCE(SUM(CASE WHEN kind = 'send' THEN 1 WHEN kind = 'back' THEN -1 ELSE 0 END), 0) AS used FROM subscribe_credits WHERE app_id = ${appId} AND template_id = ${templateId} AND at >= ${since}`,
    )
    items.push({
      templateId: id,
      title,
      people: Number(held?.people ?? 0),
      credits: Number(held?.credits ?? 0),
      given30Days: Number(moved?.given ?? 0),
      used30Days: Number(moved?.used ?? 0),
    })
  }
  return { items }
}
