import { createHash } from 'node:crypto'
import type { InputOf, Rule, segments } from '@banyan/shared'
import { Rule as RuleShape } from '@banyan/shared'
import type { Ctx } from '../core/index.ts'
import { briefsOf } from '../identity/index.ts'
import { factsOf, samplePeople, scopeOf } from '../selection/index.ts'
import { titlesOf } from '../subjects/index.ts'
import { asking, resolveRule } from './resolve-rule.ts'

type Segments = typeof segments

/** Some of whom a rule selects now, masked: who writes a rule sees whether it means the right ones. The same rule shows the same ones while they are in. */
export async function sampleRule(ctx: Ctx, { rule, typeId, count }: InputOf<Segments['segments.sample']>) {
  const resolved = await resolveRule(ctx, rule, null, typeId)
  const scope = asking(scopeOf(ctx), resolved)
  const ids = await samplePeople(resolved.rule, scope, { count, salt: saltOf(rule) })
  return { items: resolved.typeId === 0 ? await peopleOf(ctx, ids) : await thingsOf(ids) }
}

async function peopleOf(ctx: Ctx, ids: readonly number[]) {
  const briefs = new Map((await briefsOf(ids)).map(brief => [brief.id, brief]))
  const facts = await factsOf(scopeOf(ctx), ids, ['tier'])
  return ids.flatMap(personId => {
    const brief = briefs.get(personId)
    if (!brief) return []
    const notes = [brief.city, facts.get(personId)?.get('tier')?.text]
    return [
      {
        personId,
        name: brief.name,
        avatar: brief.avatar,
        phoneMasked: brief.phoneMasked,
        notes: notes.filter((one): one is string => Boolean(one)),
      },
    ]
  })
}

async function thingsOf(ids: readonly number[]) {
  const titles = await titlesOf(ids)
  return ids.map(personId => ({ personId, name: titles.get(personId) ?? null, avatar: null, phoneMasked: null, notes: [] }))
}

function saltOf(rule: Rule): string {
  return createHash('sha256')
    .update(JSON.stringify(RuleShape.encode(rule)))
    .digest('base64url')
}
