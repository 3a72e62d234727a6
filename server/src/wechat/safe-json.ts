/** JSON whose whole numbers of 16 digits and more stay texts: message ids have 64 bits and would lose their last digits. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, part => (part.startsWith('"') ? part : `"${part}"`)))
}
