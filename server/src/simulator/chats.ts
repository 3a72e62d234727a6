/** What stands in a person's WeChat: one chat per staff member and official account, and 服务通知 for mini programs. */
import type { Simulator } from './simulator.ts'
import { type Chat, type ChatMessage, nextNumber } from './world.ts'

const MESSAGES_MAX = 200 // of one chat

export const NOTICES = 'notices'
export const corpChatKey = (corpId: string, userid: string) => `wecom:${corpId}:${userid}`
export const accountChatKey = (appId: string) => `oa:${appId}`

/** The chats of a person, the one with the newest message first. */
export function chatsOf(sim: Simulator, userId: string): Chat[] {
  const chats = sim.world.chats.get(userId) ?? []
  return [...chats].sort((a, b) => (b.messages.at(-1)?.atMs ?? 0) - (a.messages.at(-1)?.atMs ?? 0))
}

export function findChat(sim: Simulator, userId: string, key: string): Chat | undefined {
  return sim.world.chats.get(userId)?.find(chat => chat.key === key)
}

/** Puts one message into a chat, which is started when needed. */
export function putMessage(sim: Simulator, userId: string, key: string, message: Omit<ChatMessage, 'id' | 'atMs'>): void {
  let chats = sim.world.chats.get(userId)
  if (!chats) sim.world.chats.set(userId, (chats = []))
  let chat = chats.find(one => one.key === key)
  if (!chat) chats.push((chat = { key, title: titleOf(sim, key), messages: [], unread: 0 }))
  chat.messages.push({ id: nextNumber(sim.world), atMs: sim.now(), ...message })
  if (chat.messages.length > MESSAGES_MAX) chat.messages.splice(0, chat.messages.length - MESSAGES_MAX)
  if (message.side === 'in') chat.unread += 1
  sim.changed()
}

function titleOf(sim: Simulator, key: string): string {
  const [kind, first = '', second = ''] = key.split(':')
  if (kind === 'wecom') return sim.world.corps.get(first)?.members.get(second)?.name ?? second
  if (kind === 'oa') return sim.world.accounts.get(first)?.name ?? first
  return '服务通知'
}
