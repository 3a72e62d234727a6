import type { ImportField } from '@banyan/shared'
import { assert, type Ctx, refused } from '../../core/index.ts'

/** One row of the file: `line` as an editor counts (the header is 1), values by field key, trimmed; absent columns are ''. */
export type ImportRow = { line: number; values: Record<string, string> }
export type Reject = { line: number; code: string; reason: string }

/**
 * Something that can be imported. `runBatch` runs in a transaction together with the import's own progress, so each row counts once even
 * when the process dies and the import is resumed. It refuses rows one by one; when it throws, the batch is tried again in halves until the row
 * that makes it fail stands alone and is refused.
 */
export type ImportKind = {
  name: string
  zh: string
  en: string
  fields: readonly (Omit<ImportField, 'aliases'> & { aliases: readonly string[] })[]
  /** Further fields that are data, not code: asked whenever a file is looked at or begun. */
  moreFields?: () => Promise<ImportKind['fields']>
  /** Consecutive rows with the same value of this field (an order's lines) always arrive in one batch. */
  groupBy?: string
  /** Rows per batch; default 500. */
  batchRows?: number
  /**
   * Checks the options; throws a refusal. Called when an operator starts the import, with the options of the start before (`{}` at the first),
   * where it may answer with other options to keep; and again, with no third value, whenever the work begins.
   */
  begin?: (
    ctx: Ctx,
    options: Record<string, unknown>,
    before?: Record<string, unknown>,
    // biome-ignore lint/suspicious/noConfusingVoidType: most kinds only check, and answer with nothing.
  ) => Promise<Record<string, unknown> | void>
  runBatch: (ctx: Ctx, rows: ImportRow[], options: Record<string, unknown>) => Promise<{ rejects: Reject[] }>
  /** After the last row; outside a transaction. */
  finish?: (ctx: Ctx, of: { importId: number; options: Record<string, unknown> }) => Promise<void>
}

const kinds = new Map<string, ImportKind>()

/** A later module says what it can import. Call at import time. */
export function importKind(kind: ImportKind): ImportKind {
  assert(!kinds.has(kind.name), `import kind ${kind.name} is defined twice`)
  kinds.set(kind.name, kind)
  return kind
}

/** Throws import.unknownKind. */
export function kindOf(name: string): ImportKind {
  const kind = kinds.get(name)
  if (!kind) throw refused('import.unknownKind', { field: 'kind', reason: `one of ${[...kinds.keys()].join(', ')}` })
  return kind
}

/** The kind with all its fields. Throws import.unknownKind. */
export async function wholeKindOf(name: string): Promise<ImportKind> {
  const kind = kindOf(name)
  return kind.moreFields ? { ...kind, fields: [...kind.fields, ...(await kind.moreFields())] } : kind
}

export async function listImportKinds() {
  const all = await Promise.all([...kinds.keys()].map(wholeKindOf))
  return all.map(({ name, zh, en, fields }) => ({
    name,
    zh,
    en,
    fields: fields.map(field => ({ ...field, aliases: [...field.aliases] })),
  }))
}
