import { type Welcome, welcomeVariables } from '@banyan/shared'
import { Liquid } from 'liquidjs'
import { phrase, refused } from '../core/index.ts'
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

const faultWords = {
  text: phrase<{ why: string }>('欢迎语的变量有误：{why}', 'A variable of the welcome is wrong: {why}'),
  remark: phrase<{ why: string }>('备注的变量有误：{why}', 'A variable of the remark is wrong: {why}'),
  title: phrase<{ why: string }>('卡片标题的变量有误：{why}', 'A variable of the card’s title is wrong: {why}'),
  textTooLong: phrase<{ bytes: number; characters: number }>(
    '欢迎语超过 {bytes} 字节（约 {characters} 个汉字）',
    'The welcome is longer than {bytes} bytes (about {characters} Chinese characters)',
  ),
  titleTooLong: phrase<{ bytes: number }>(
    '卡片标题超过 {bytes} 字节（约 21 个汉字）',
    'The card’s title is longer than {bytes} bytes (about 21 Chinese characters)',
  ),
  badPage: phrase('卡片页面路径不合法：不要以 / 开头', 'The card’s page is no path: do not begin with /'),
}

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

/** Everything wrong with a welcome before it is saved: broken templates and the platform's limits, as phrases. */
export async function faultsOf(welcome: Welcome, remark: string): Promise<string[]> {
  const faults: string[] = []
  const text = tryRender(welcome.text, faults, faultWords.text)
  tryRender(remark, faults, faultWords.remark)
  const textBytesMax = await limitOf('wecom.welcomeTextBytes')
  if (Buffer.byteLength(text) > textBytesMax)
    faults.push(faultWords.textTooLong({ bytes: textBytesMax, characters: Math.floor(textBytesMax / 3) }))
  const title = tryRender(welcome.card?.title ?? '', faults, faultWords.title)
  if (Buffer.byteLength(title) > CARD_TITLE_BYTES_MAX) faults.push(faultWords.titleTooLong({ bytes: CARD_TITLE_BYTES_MAX }))
  if (Buffer.byteLength(welcome.card?.page ?? '') > PAGE_BYTES_MAX || welcome.card?.page?.startsWith('/'))
    faults.push(faultWords.badPage())
  return faults
}

/** The page of the card: the join page with the code's scene, or the operator's own page. */
export function cardPage(welcome: Welcome, scene: string): string {
  const page = welcome.card?.page || 'pages/join/index'
  return page.includes('?') ? `${page}&scene=${scene}` : `${page}?scene=${scene}`
}

function tryRender(template: string, faults: string[], fault: (facts: { why: string }) => string): string {
  try {
    return rendered(template, sampleValues)
  } catch (error) {
    faults.push(fault({ why: String((error as { detail?: { reason?: string } }).detail?.reason ?? '') }))
    return ''
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 160)
}
