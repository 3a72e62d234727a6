/** QR pictures: drawn by the same library as the product's posters, kept for a while because codes are looked at often. */
import QRCode from 'qrcode'

const KEPT_MAX = 200
const kept = new Map<string, Buffer>()

/** A PNG of `size` pixels with this text in it. */
export async function qrPng(text: string, size = 430, color = '#000000'): Promise<Buffer> {
  const key = `${size}|${color}|${text}`
  const known = kept.get(key)
  if (known) return known
  const png = await QRCode.toBuffer(text, {
    type: 'png',
    width: size,
    margin: 2,
    errorCorrectionLevel: 'M',
    color: { dark: color, light: '#ffffff' },
  })
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value ?? '')
  kept.set(key, png)
  return png
}
