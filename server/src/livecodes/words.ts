import { type Welcome, welcomeVariables } from '@banyan/shared'
import { Liquid } from 'liquidjs'
import { refused } from '../core/index.ts'
import { limitOf } from '../platform/index.ts'

/** Variables of welcome texts and remarks. Templates come from operators: bounded in size and work, and no file is ever read. */
const engine = new Liquid({
  cache: 500,
  parseLimit: 10_000,
  renderLimit: 200,
  memoryLimit: 1_000_000,
  relativeReference: false,
  templates: {},
})

export type WelcomeValues = Partial<Record<(typeof welcomeVariables)[number]['name'], string>>

export const sampleValues: WelcomeValues = Object.fromEntries(welcomeVariables.map(({ name, sample }) => [name, sample]))

const CARD_TITLE_BYTES_MAX = 64
const PAGE_BYTES_MAX = 1024

/** Renders, with unknown variables as ''. Throws livecode.badWelcome when the template is broken. */
export function rendered(template: string, values: WelcomeValues): string {
  if (!template.includes('{')) return template
  try {
    return String(engine.parseAndRenderSync(template, values)).trim()
  } catch (error) {
    throw refused('livecode.badWelcome', { field: 'welcome.text', reason: reasonOf(error) })
  }
}

/** Does the template use this variable? Then it is worth waiting for. */
export function uses(template: string, name: string): boolean {
  return new RegExp(`{[{%][^}]*\\b${name}\\b`).test(template)
}

/** Everything wrong with a welcome before it is saved: broken templates and the platform's limits, in Chinese. */
export async function faultsOf(welcome: Welcome, remark: string): Promise<string[]> {
  const faults: string[] = []
  const text = tryRender(welcome.text, faults, '欢迎语')
  tryRender(remark, faults, '备注')
  const textBytesMax = await limitOf('wecom.welcomeTextBytes')
  if (Buffer.byteLength(text) > textBytesMax)
    faults.push(`欢迎语超过 ${textBytesMax} 字节（约 ${Math.floor(textBytesMax / 3)} 个汉字）`)
  const title = tryRender(welcome.card?.title ?? '', faults, '卡片标题')
  if (Buffer.byteLength(title) > CARD_TITLE_BYTES_MAX) faults.push(`卡片标题超过 ${CARD_TITLE_BYTES_MAX} 字节（约 21 个汉字）`)
  if (Buffer.byteLength(welcome.card?.page ?? '') > PAGE_BYTES_MAX || welcome.card?.page?.startsWith('/'))
    faults.push('卡片页面路径不合法：不要以 / 开头')
  return faults
}

/** The page of the card: the join page with the code's scene, or the operator's own page. */
export function cardPage(welcome: Welcome, scene: string): string {
  const page = welcome.card?.page || 'pages/join/index'
  return page.includes('?') ? `${page}&scene=${scene}` : `${page}?scene=${scene}`
}

function tryRender(template: string, faults: string[], what: string): string {
  try {
    return rendered(template, sampleValues)
  } catch (error) {
    faults.push(`${what}的变量有误：${String((error as { detail?: { reason?: string } }).detail?.reason ?? '')}`)
    return ''
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 160)
}
