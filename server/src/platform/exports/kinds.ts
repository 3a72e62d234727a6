import { assert, type Ctx, forbidden, isAllowed, refused } from '../../core/index.ts'

/** What stands in a cell: numbers stay numbers in a workbook, instants are written in the brand's zone. */
export type Cell = string | number | boolean | Date | null
export type ExportRow = Readonly<Record<string, Cell>>

export type ExportField = {
  key: string
  zh: string
  en: string
  /** Heading under which a face shows it; its columns stand together. */
  group: { zh: string; en: string }
  /** Taken when nobody chooses. */
  isUsual: boolean
  /** Says who somebody is: `pages` masks it unless `isRevealed`. */
  isPersonal?: boolean
}

/** What a kind's work is given: the options that `begin` answered with, the columns that were chosen, and whether personal ones are written in full. */
export type ExportAsked = { options: Record<string, unknown>; keys: readonly string[]; isRevealed: boolean }

/**
 * Something that can be exported. Everything runs with the ctx of whoever asked, in his brands, stores and language: `pages` must limit itself by it as
 * lists do. Its rows come in pages of some thousands at most, in an order that does not depend on how often it is asked.
 */
export type ExportKind = {
  name: string
  zh: string
  en: string
  /** The endpoint that starts it, and so the permission it takes. */
  permission: string
  /** Columns that the caller may have. */
  fields: (ctx: Ctx, options: Record<string, unknown>) => Promise<readonly ExportField[]>
  /** Checks the options when somebody asks; throws a refusal. Says how the file is called and how many rows there will be, where that is known. */
  begin: (
    ctx: Ctx,
    options: Record<string, unknown>,
  ) => Promise<{ title: string; totalRows: number | null; options?: Record<string, unknown> }>
  /** A CSV of values only, without the row of names and the mark before it: for programs, not for people. */
  isBare?: boolean
  /** `leaveOut` counts who is not in the file, by a reason said with `phrase`. */
  pages: (ctx: Ctx, asked: ExportAsked, leaveOut: (reason: string, count?: number) => void) => AsyncIterable<readonly ExportRow[]>
}

const kinds = new Map<string, ExportKind>()

/** A later module says what it can export. Call at import time. */
export function exportKind(kind: ExportKind): ExportKind {
  assert(!kinds.has(kind.name), `export kind ${kind.name} is defined twice`)
  kinds.set(kind.name, kind)
  return kind
}

/** Throws export.unknownKind. */
export function exportKindOf(name: string): ExportKind {
  const kind = kinds.get(name)
  if (!kind) throw refused('export.unknownKind', { field: 'kind', reason: `one of ${[...kinds.keys()].join(', ')}` })
  return kind
}

/** Throws access.denied: what one may not export, one is not told the columns of. */
export function mustMayExport(ctx: Ctx, kind: ExportKind): void {
  if (!isAllowed(ctx.permissions, kind.permission)) throw forbidden({ permission: kind.permission })
}
