import type { livecodes as contract, InputOf } from '@banyan/shared'
import QRCode from 'qrcode'
import { type Ctx, refused, say } from '../core/index.ts'
import { brandOfId, storesByIds } from '../platform/index.ts'
import { landingUrl } from './code-view.ts'
import { findCode, findCodes } from './find-code.ts'
import { imageOfId } from './images.ts'
import { LiveCode } from './live-code.ts'

type Contract = typeof contract
export type Target = 'landing' | 'direct'

/** Print gets dirty, bent and half covered: a quarter of the code may be lost, and a quiet zone of four modules stays white. */
const PRINT = { errorCorrectionLevel: 'Q', margin: 4 } as const
const PNG_PX = 1024
const SHEET_MAX = 500

/** A poster: vector for the printer, PNG for a chat. Throws livecode.notReady. */
export async function posterOf(ctx: Ctx, { id, target, title, subtitle }: InputOf<Contract['livecodes.poster']>) {
  const code = await findCode(ctx, id)
  const chosen = target ?? defaultTarget(code)
  const { image, content } = await pictureOf(code, chosen)
  const brand = await brandOfId(code.brandId)
  const svg = posterSvg({
    image: image.svg,
    title: title ?? code.name,
    subtitle: subtitle ?? subtitleOf(code, brand.name),
    color: brand.color,
  })
  return { svg, pngDataUrl: image.png, content, target: chosen, fileName: `${safeName(code.name)}-${code.scene}` }
}

/** Many codes on one document that the browser prints: A4, cut lines, name and store below each. */
export async function printSheet(ctx: Ctx, { ids, batchId, target, columns, title }: InputOf<Contract['livecodes.printSheet']>) {
  const wanted =
    ids ??
    (batchId
      ? (
          await LiveCode.findAll({ where: { batchId }, attributes: ['id'], order: [['batchIndex', 'ASC']], limit: SHEET_MAX })
        ).map(code => code.id)
      : [])
  const codes = (await findCodes(ctx, wanted)).filter(code => code.status !== 'failed' && code.status !== 'creating')
  if (codes.length === 0) throw refused('livecode.nothingToMake', { field: 'ids' })
  const stores = await storesByIds(codes.flatMap(code => code.storeId ?? []))
  const cells: string[] = []
  for (const code of codes) {
    const { image } = await pictureOf(code, target ?? defaultTarget(code))
    const store = (code.storeId && stores.get(code.storeId)?.name) || ''
    cells.push(
      `<figure>${image.svg}<figcaption><b>${escaped(code.name)}</b><span>${escaped([store, code.scene].filter(Boolean).join(' · '))}</span></figcaption></figure>`,
    )
  }
  return { html: sheetHtml(title ?? say(ctx, '渠道活码', 'Live codes'), columns, cells), count: codes.length }
}

/** A WeCom picture cannot count its scans and changes when the way is made anew; our landing page does neither. The others count by themselves. */
function defaultTarget(code: LiveCode): Target {
  return code.kind === 'wecom' ? 'landing' : 'direct'
}

async function pictureOf(code: LiveCode, target: Target): Promise<{ image: { svg: string; png: string }; content: string }> {
  if (target === 'landing') return drawn(landingUrl(code.scene))
  if (code.qrContent) return drawn(code.qrContent)
  const stored = code.qrImageId ? await imageOfId(code.qrImageId) : null
  if (!stored) throw refused('livecode.notReady', { status: code.status })
  const png = `data:${stored.contentType};base64,${stored.bytes.toString('base64')}`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><image href="${png}" width="100" height="100"/></svg>`
  return { image: { svg, png }, content: '' }
}

async function drawn(content: string): Promise<{ image: { svg: string; png: string }; content: string }> {
  const svg = await QRCode.toString(content, { ...PRINT, type: 'svg' })
  const png = await QRCode.toDataURL(content, { ...PRINT, width: PNG_PX })
  return { image: { svg, png }, content }
}

/** The picture of an official account's code, which only tells its content. */
export async function qrPng(content: string): Promise<Buffer> {
  return QRCode.toBuffer(content, { ...PRINT, type: 'png', width: PNG_PX })
}

function subtitleOf(code: LiveCode, brandName: string): string {
  const words = { wecom: '微信扫码，添加专属顾问', miniProgram: '微信扫码，打开小程序', officialAccount: '微信扫码，关注公众号' }
  return `${brandName} · ${words[code.kind]}`
}

function posterSvg({ image, title, subtitle, color }: { image: string; title: string; subtitle: string; color: string }): string {
  const accent = /^#[0-9a-fA-F]{6}$/.test(color) ? color : '#1F7A4D'
  const nested = image.replace(/^<\?xml[^>]*>\s*/, '').replace('<svg ', '<svg x="90" y="250" width="570" height="570" ')
  const font = `-apple-system, 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 750 1000" width="750" height="1000" font-family="${font}">`,
    `<rect width="750" height="1000" fill="#ffffff"/><rect width="750" height="16" fill="${accent}"/>`,
    `<text x="375" y="140" font-size="48" font-weight="600" fill="#1D2521" text-anchor="middle">${escaped(title)}</text>`,
    `<text x="375" y="200" font-size="26" fill="#66736C" text-anchor="middle">${escaped(subtitle)}</text>`,
    `<rect x="70" y="230" width="610" height="610" rx="24" fill="#ffffff" stroke="#E4E8E5" stroke-width="2"/>`,
    nested,
    `<text x="375" y="915" font-size="28" fill="${accent}" text-anchor="middle">长按或扫一扫识别二维码</text>`,
    '</svg>',
  ].join('')
}

function sheetHtml(title: string, columns: number, cells: string[]): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>
@page{size:A4;margin:10mm}*{box-sizing:border-box}body{margin:0;font:14px/1.4 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1D2521}
h1{font-size:18px;margin:0 0 6mm}main{display:grid;grid-template-columns:repeat(${columns},1fr)}
figure{margin:0;padding:5mm;border:1px dashed #c9d0cc;text-align:center;break-inside:avoid}figure svg{width:100%;height:auto;display:block}
figcaption{margin-top:2mm}figcaption b,figcaption span{display:block;overflow-wrap:anywhere}figcaption span{color:#66736C;font-size:11px}
@media print{h1{display:none}}</style></head><body><h1>${escaped(title)} (${cells.length})</h1><main>${cells.join('')}</main></body></html>`
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function safeName(name: string): string {
  return name.replace(/[\\/:*?"<>|\s]+/g, '-')
}
