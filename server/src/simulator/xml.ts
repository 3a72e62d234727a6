/** The XML of WeChat's callbacks: flat or nested fields, text in CDATA, numbers bare, arrays as repeated elements. */
export type XmlValue = string | number | bigint | XmlFields | XmlValue[]
export type XmlFields = { [name: string]: XmlValue | undefined }

export function toXml(fields: XmlFields): string {
  return `<xml>${elements(fields)}</xml>`
}

function elements(fields: XmlFields): string {
  let text = ''
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) text += `<${key}>${inner(one)}</${key}>`
  }
  return text
}

function inner(value: XmlValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  return Array.isArray(value) ? value.map(inner).join('') : elements(value)
}
