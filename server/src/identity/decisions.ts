import type { DecisionKind } from '@banyan/shared'
import type { z } from 'zod'
import { bulkInsert, type Ctx } from '../core/index.ts'

/** One line of a person's history: who decided what, when and why. Semantics 1.11. */
export type Decision = {
  kind: z.output<typeof DecisionKind>
  personId: number
  otherPersonId?: number | null
  mergeId?: number | null
  /** Types of the identifiers that matched or were added. */
  types?: readonly string[]
  /** Further facts, for example the reason an operator gave. */
  note?: string | null
  source?: string | null
  /** When it was decided; the call's moment unless given. */
  at?: Date
}

export async function noteDecisions(ctx: Ctx, decisions: readonly Decision[]): Promise<void> {
  await bulkInsert(
    'identity_decisions',
    decisions.map(one => ({
      personId: one.personId,
      otherPersonId: one.otherPersonId ?? null,
      mergeId: one.mergeId ?? null,
      kind: one.kind,
      detail: JSON.stringify({ types: one.types ?? [], note: one.note ?? null }),
      actorName: ctx.actor.name.slice(0, 80),
      source: one.source ?? null,
      at: one.at ?? ctx.now,
    })),
  )
}
