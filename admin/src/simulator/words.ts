import { t } from '../i18n.ts'
import type { ChatMessage } from './calls.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const pad = (number: number) => String(number).padStart(2, '0')

/** 14:05:09.123 */
export function clockMs(atMs: number): string {
  const at = new Date(atMs)
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** As WeChat dates a chat: the time today, 昨天, or the date. */
export function chatTime(atMs: number, now = new Date()): string {
  const at = new Date(atMs)
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000)
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}`
  if (days === 0) return clock
  if (days === 1) return t(`昨天 ${clock}`, `Yesterday ${clock}`)
  return t(`${at.getMonth() + 1}月${at.getDate()}日`, `${at.getDate()} ${MONTHS[at.getMonth()]}`)
}

/** One line that stands for a message in a list of chats. */
export function summary(message: ChatMessage | null): string {
  if (!message) return ''
  const { kind, text = '', title = '' } = message
  if (kind === 'text') return text.replace(/\s+/g, ' ')
  if (kind === 'image') return t('[图片]', '[picture]')
  if (kind === 'link') return `${t('[链接]', '[link]')} ${title}`
  if (kind === 'miniProgram') return `${t('[小程序]', '[mini program]')} ${title}`
  if (kind === 'file') return `${t('[文件]', '[file]')} ${title}`
  return title
}

const hues = ['#3F6FB5', '#7A5BA6', '#4F9DA6', '#B0693A', '#5B8C5A', '#A6556E', '#5C6BA8', '#8A7A3B']

/** The same person has the same colour everywhere on the desk. */
export function hueOf(id: string): string {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0
  return hues[sum % hues.length] ?? '#3F6FB5'
}

const surnames = '林周许沈顾陆苏叶程江夏宋唐姜白'
const given = ['知意', '初晴', '书瑶', '予乐', '清禾', '一诺', '南星', '若溪', '景行', '朝颜', '语桐', '云舒']

/** A made-up name and phone for a new customer. */
export function madeUpPerson(): { name: string; phone: string } {
  const pick = <T>(from: ArrayLike<T>) => from[Math.floor(Math.random() * from.length)] as T
  return { name: pick(surnames) + pick(given), phone: `138${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}` }
}

/** Pictures uploaded to WeCom lie on another port; the desk reads them through its own address. */
export function pictureUrl(url: string | undefined): string | undefined {
  const mediaId = /\/wwmedia\/(\w+)$/.exec(url ?? '')?.[1]
  return mediaId ? `/simulator/api/media?id=${mediaId}` : url || undefined
}
