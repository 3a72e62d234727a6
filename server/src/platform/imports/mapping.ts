import { refused } from '../../core/index.ts'
import type { ImportKind } from './kinds.ts'
import { reasons } from './words.ts'

/** Which column is which field, by key, name or alias. Pure. */
export function suggestMapping(kind: Pick<ImportKind, 'fields'>, columns: readonly string[]) {
  const mapping: Record<string, string> = {}
  const free = new Map(columns.map(column => [plain(column), column]))
  for (const field of kind.fields) {
    const name = [field.key, field.zh, field.en, ...field.aliases].map(plain).find(one => free.has(one))
    if (name === undefined) continue
    mapping[field.key] = free.get(name)!
    free.delete(name)
  }
  return {
    suggestedMapping: mapping,
    unknownColumns: [...free.values()],
    missingFields: kind.fields.filter(field => field.isRequired && !(field.key in mapping)).map(field => field.key),
  }
}

/** Throws import.unknownField, import.unknownColumn, import.missingField, each with the field. */
export function checkMapping(
  kind: Pick<ImportKind, 'fields'>,
  columns: readonly string[],
  mapping: Record<string, string>,
): void {
  for (const [key, column] of Object.entries(mapping)) {
    if (!kind.fields.some(field => field.key === key))
      throw refused('import.unknownField', { field: `mapping.${key}`, reason: reasons.unknownField({ key }) })
    if (!columns.includes(column))
      throw refused('import.unknownColumn', { field: `mapping.${key}`, reason: reasons.unknownColumn({ column }) })
  }
  const missing = kind.fields.find(field => field.isRequired && !mapping[field.key])
  if (missing)
    throw refused('import.missingField', { field: `mapping.${missing.key}`, reason: reasons.missingField({ name: missing.zh }) })
}

/** `Invoice No`, `invoice_no`, `发票 号` and full-width letters compare as one. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-./()（）:：]/g, '')
}
