/** A cell that a spreadsheet would run as a formula gets a tab in front, which our reader takes off again (OWASP, CSV Injection). Pure. */
export function csvCell(text: string): string {
  const safe = /^[=@+\-\t\r＝＠＋－]/.test(text) && !/^[+-]?[\d.,]+$/.test(text) ? `\t${text}` : text
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** The mark that makes Excel read UTF-8. */
export const CSV_MARK = '\uFEFF'
