import type { FieldName } from '@banyan/shared'
import { type Ctx, say } from '../core/index.ts'
import { type Choice, choicesOf, type KindField, nameOfValue, type SubjectKind } from '../selection/index.ts'

/** What the values of a field are called in the reader's language; whoever has no name stands for himself. */
export async function wordsOfValues(
  ctx: Ctx,
  kind: SubjectKind,
  key: string,
  field: KindField,
): Promise<(value: string) => string> {
  const isPeople = kind.typeId === 0
  const load = isPeople ? choicesOf(key as FieldName) : undefined
  const choices: readonly Choice[] = field.choices ?? (load ? await load(ctx) : [])
  const words = new Map(choices.map(choice => [choice.value, say(ctx, choice.zh, choice.en || choice.zh)]))
  return value => {
    const { zh, en } = isPeople ? nameOfValue(key, value) : { zh: value, en: value }
    return words.get(value) ?? say(ctx, zh, en)
  }
}
