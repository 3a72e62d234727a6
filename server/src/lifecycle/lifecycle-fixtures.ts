import type { ClientRule } from '@banyan/shared'
import { Rule } from '@banyan/shared'
import { afterAll, beforeAll, beforeEach, vi } from 'vitest'
import { z } from 'zod'
import { drain } from '../../test/stores.ts'
import * as consent from '../consent/index.ts'
import * as contacts from '../contacts/index.ts'
import * as core from '../core/index.ts'
import {
  type Ctx,
  clickhouse,
  migrateClickhouse,
  now,
  on,
  registerSubscribers,
  registerTasks,
  rows,
  setClock,
  sql,
  systemCtx,
  transaction,
} from '../core/index.ts'
import * as identity from '../identity/index.ts'
import * as platform from '../platform/index.ts'
import * as segments from '../segments/index.ts'
import * as selection from '../selection/index.ts'
import { putFacts } from '../selection/index.ts'
import * as subjects from '../subjects/index.ts'
import * as tags from '../tags/index.ts'
import * as tracking from '../tracking/index.ts'
import { recordTracks } from '../tracking/index.ts'
import * as lifecycle from './index.ts'
import { getLifecycle, stagesOfPeople } from './read-stages.ts'

/** For tests: the stages of a brand on real stores. Facts and tracks come in by the doors that later modules use, workers run when the test says so. */
const parts: core.ModuleParts[] = [
  platform,
  identity,
  consent,
  { migrations: contacts.migrations },
  subjects,
  tracking,
  selection,
  tags,
  segments,
  lifecycle,
]
// biome-ignore lint/suspicious/noExplicitAny: workers over different row types.
const workers: core.WorkerDef<any>[] = [...core.relayWorkers(), ...core.taskWorkers(), ...tracking.workers, ...selection.workers]
export const heard: {
  name: string
  stageId: number
  buildId: number
  personIds: number[]
  isFirst: boolean
  isNewRules: boolean
  count: number
}[] = []

/** What was announced, build by build; the two kinds of event come by themselves, so of one build who left stands first. */
export const told = () =>
  [...heard].sort((a, b) => a.buildId - b.buildId || (a.name === 'left' ? 0 : 1) - (b.name === 'left' ? 0 : 1))

/** For `useStores`, which a test file calls itself before `useLifecycle`. */
export const neededMigrations = [...core.migrations, ...parts.flatMap(part => part.migrations ?? [])]

/** Call it at the top of a test file. */
export function useLifecycle(): void {
  vi.setConfig({ testTimeout: 120_000 })
  beforeAll(async () => {
    await migrateClickhouse(parts.flatMap(part => part.clickhouseMigrations ?? []))
    await identity.seed()
    await tracking.seed()
    identity.setCarriers([
      ...identity.carriers,
      ...tags.carriers,
      ...selection.carriers,
      ...tracking.carriers,
      ...lifecycle.carriers,
    ])
    registerTasks([...segments.tasks, ...tags.tasks, ...lifecycle.tasks])
    registerSubscribers([
      ...parts.flatMap(part => part.subscribers ?? []),
      on(lifecycle.lifecycleEntered, 'test.entered', async (_ctx, fact) => heard.push({ name: 'entered', ...fact })),
      on(lifecycle.lifecycleLeft, 'test.left', async (_ctx, fact) => heard.push({ name: 'left', ...fact })),
    ])
  })
  beforeEach(() => {
    heard.length = 0
  })
  afterAll(async () => {
    setClock(null)
    await clickhouse.close()
  })
}

export const settle = () => drain(workers)
let lastBrand = 0
export async function newBrand(): Promise<number> {
  lastBrand += 1
  const code = `b${process.pid}x${lastBrand}`
  const values = { name: `品牌 ${code}`, code, color: GREEN, logoUrl: '', isActive: true }
  return (await transaction(() => platform.createBrand(systemCtx(), values))).id
}
/** Calls an endpoint of a module as our own work does, past the request chain. */
export function act<T>(routes: readonly core.Route[], name: string, ctx: Ctx, input: Record<string, unknown>): Promise<T> {
  const action = routes.find(route => route.name === name)?.action as (ctx: Ctx, input: Record<string, unknown>) => Promise<T>
  return transaction(() => action(ctx, input))
}
export const ctxOf = (brandId: number): Ctx => systemCtx({ brandId })
let phone = 13_700_000_000
export const GREEN = '#1F7A4D'

export async function person(brandId: number, of = phone++): Promise<number> {
  const { personId } = await transaction(() =>
    identity.resolve(ctxOf(brandId), {
      identifiers: [{ type: 'phone', scope: '', value: String(of) }],
      brandId,
      source: 'test',
    }),
  )
  return personId
}
export async function people(brandId: number, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let at = 0; at < count; at += 1) ids.push(await person(brandId))
  return ids
}

export const pay = (brandId: number, personId: number, at: Date = now()) =>
  transaction(() =>
    recordTracks(ctxOf(brandId), brandId, [
      {
        personId,
        name: 'order_paid',
        occurredAt: at,
        messageId: `o${Math.random()}`,
        properties: { amountFen: 100, orderNo: 'A' },
      },
    ]),
  )
export const spend = (brandId: number, facts: readonly (readonly [personId: number, paidFen: number | null])[]) =>
  transaction(() =>
    putFacts(
      ctxOf(brandId),
      brandId,
      facts.map(([personId, paidFen]) => ({ personId, facts: { paidFen } })),
    ),
  )

export const atLeast = (value: number): ClientRule => ({ kind: 'number', field: 'paidFen', is: { op: '>=', value } })
export const paidWithin = (last: number): ClientRule => ({
  kind: 'tracks',
  name: 'order_paid',
  window: { type: 'rolling', last, unit: 'days' },
  measure: { of: 'count' },
  is: { op: '>=', value: 1 },
})
export type Wanted = { id?: number; name: string; rule: ClientRule }
export const draftOf = (stages: readonly Wanted[], rest = '其他') => ({
  stages: stages.map(({ id, name, rule }) => ({ ...(id ? { id } : {}), name, color: GREEN, rule: z.decode(Rule, rule) })),
  rest: { name: rest, color: '#7A5BA6' },
})
export async function put(brandId: number, stages: readonly Wanted[], { rest = '其他', recallMonths = 0 } = {}) {
  await transaction(() => lifecycle.putStages(ctxOf(brandId), { ...draftOf(stages, rest), recallMonths }))
  await settle()
  return idsOf(brandId)
}
export async function idsOf(brandId: number): Promise<Record<string, number>> {
  const { stages } = await getLifecycle(ctxOf(brandId))
  return Object.fromEntries(stages.map(stage => [stage.name, stage.id]))
}
export async function sizes(brandId: number): Promise<Record<string, number>> {
  const { stages } = await getLifecycle(ctxOf(brandId))
  return Object.fromEntries(stages.map(stage => [stage.name, stage.count]))
}
export async function where(brandId: number, ids: readonly number[]): Promise<(string | null)[]> {
  const found = await stagesOfPeople(ctxOf(brandId), ids)
  return ids.map(id => found.get(id)?.[0]?.name ?? null)
}
export const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'ok'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
/** The stays as they stand, without their ids: what an un-merge must bring back. */
export const staysOf = (brandId: number) =>
  rows(
    sql`SELECT person_id, stage_id, from_at, until_at FROM lifecycle_stays WHERE brand_id = ${brandId} ORDER BY person_id, from_at`,
  )
/** What ClickHouse holds of them: everybody's stage now, by its own rows. */
export async function mirrored(brandId: number): Promise<Map<number, number>> {
  const found = await clickhouse.query<{ person_id: number; stage: number }>(
    'SELECT person_id, argMax(stage_id, (from_at, version)) AS stage FROM lifecycle_stays WHERE brand_id = {b:UInt32} GROUP BY person_id ORDER BY person_id',
    { b: brandId },
  )
  return new Map(found.map(one => [one.person_id, one.stage]))
}
