import { type Ctx, insertIgnore, instant, longText, migration, row, sql, text, transaction } from '../core/index.ts'

/** What of the sample stands already: a killed first start goes on where it stopped, and each step is whole or not there. */
export const migrations = [
  migration('sample-001', async m => {
    await m.create('sample_steps', { name: text(60, { unique: true }), detail: longText(), doneAt: instant() })
  }),
]

/** Does a step once, together with its mark, in one transaction. Answers what it answered, also the next time. */
export async function once<T>(ctx: Ctx, name: string, work: () => Promise<T>): Promise<T> {
  const known = await doneStep<T>(name)
  if (known) return known.detail
  return transaction(async () => {
    const detail = await work()
    await mark(ctx, name, detail)
    return detail
  })
}

/** For steps that call a platform or open transactions of their own: each part must be repeatable by itself. */
export async function onceOutside(ctx: Ctx, name: string, work: () => Promise<unknown>): Promise<void> {
  if (await doneStep(name)) return
  await work()
  await mark(ctx, name, null)
}

export async function doneStep<T>(name: string): Promise<{ detail: T } | null> {
  const known = await row<{ detail: string }>(sql`SELECT detail FROM sample_steps WHERE name = ${name}`)
  return known ? { detail: JSON.parse(known.detail) as T } : null
}

async function mark(ctx: Ctx, name: string, detail: unknown): Promise<void> {
  await insertIgnore('sample_steps', { name, detail: JSON.stringify(detail ?? null), done_at: ctx.now })
}
