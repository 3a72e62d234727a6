import type { FieldName } from '@banyan/shared'
import { type Ctx, say } from '../core/index.ts'
import { type Choice, choicesOf, type KindField, type SubjectKind } from '../selection/index.ts'

/** What the values of a field are called, by value; empty where they stand for themselves. */
export async function wordsOfValues(ctx: Ctx, kind: SubjectKind, key: string, field: KindField): Promise<Map<string, string>> {
  const load = kind.typeId === 0 ? choicesOf(key as FieldName) : undefined
  const choices: readonly Choice[] = field.choices ?? (load ? await load(ctx) : [])
  return new Map(choices.map(choice => [choice.value, say(ctx, choice.zh, choice.en || choice.zh)]))
}
