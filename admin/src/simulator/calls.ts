import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useCallback } from 'react'
import { t } from '../i18n.ts'

/** The simulator's own REST: every act of the desk by name, plain JSON back. Not the product's API. */
export async function ask<T>(name: string, input: unknown = {}): Promise<T> {
  const answer = await fetch(`/simulator/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  const body = (await answer.json().catch(() => null)) as (T & { error?: { message?: string } }) | null
  if (!answer.ok || body === null)
    throw new Error(
      body?.error?.message ?? t(`模拟器没有应答 (${answer.status})`, `The simulator does not answer (${answer.status})`),
    )
  return body
}

/** Reads again after every change of the wire log (see use-live-log), and now and then besides. */
export function useAsk<T>(name: string, input: Record<string, unknown> | null, everySeconds = 10) {
  return useQuery({
    queryKey: ['simulator', name, input],
    queryFn: () => ask<T>(name, input ?? {}),
    enabled: input !== null,
    refetchInterval: everySeconds * 1000,
    placeholderData: previous => previous,
  })
}

/** Does one act, tells what WeChat would say when it refuses, and has everything on the desk read again. */
export function useAct() {
  const { message } = App.useApp()
  const client = useQueryClient()
  return useCallback(
    async <T>(name: string, input: Record<string, unknown> = {}): Promise<T | null> => {
      try {
        const output = await ask<T>(name, input)
        void client.invalidateQueries({ queryKey: ['simulator'] })
        return output
      } catch (error) {
        void message.warning(error instanceof Error ? error.message : String(error))
        return null
      }
    },
    [client, message],
  )
}

export type Person = { id: string; name: string; phone: string; hasUnionid: boolean }
export type ChatMessage = {
  id: number
  atMs: number
  side: 'in' | 'out' | 'note'
  kind: 'text' | 'image' | 'link' | 'miniProgram' | 'template' | 'subscribe' | 'file' | 'payment'
  text?: string
  title?: string
  url?: string
  picUrl?: string
  appId?: string
  page?: string
  fields?: { label: string; value: string }[]
}
export type ChatHead = { key: string; title: string; unread: number; last: ChatMessage | null }
export type Code = {
  kind: 'contactWay' | 'officialAccount' | 'miniProgram'
  id: string
  owner: string
  title: string
  state: string
  note: string
  createdAtMs: number
}
export type ScanResult =
  | { kind: 'friend'; userid: string; chatKey: string; outcome: 'added' | 'known' | 'waiting' }
  | { kind: 'officialAccount'; chatKey: string; outcome: 'followed' | 'scanned' | 'known' }
  | { kind: 'miniProgram'; appId: string; page: string; query: string }
  | { kind: 'text'; text: string }
export type Staff = { userid: string; name: string; position: string; hasLeft: boolean; contactCount: number }
export type StaffList = { corpId: string; name: string; contactCount: number; contactScale: number; staff: Staff[] }
export type Customer = {
  simUser: string
  externalUserid: string
  name: string
  remark: string
  state: string
  tagIds: string[]
  addedAtMs: number
  last: ChatMessage | null
}
export type StaffChats = {
  total: number
  customers: Customer[]
  requests: { id: number; name: string; atMs: number }[]
  appMessages: { atMs: number; msgtype: string; text: string }[]
  tagGroups: { group_id: string; group_name: string; tag: { id: string; name: string }[] }[]
}
export type Named = { appId: string; name: string; callbackUrl: string }
export type FaultRule = {
  id: number
  kind: string
  target: string
  probability: number
  remaining: number | null
  ms: number
  hits: number
}
export type World = {
  urls: { weixin: string; wecom: string; pay: string }
  peopleCount: number
  corps: { corpId: string; name: string; agentId: number; callbackUrl: string }[]
  miniPrograms: Named[]
  officialAccounts: Named[]
  merchants: { mchid: string; name: string; serialMode: 'certificate' | 'publicKey'; orderCount: number }[]
  pendingCallbacks: number
  faultKinds: { call: Record<string, string>; callback: Record<string, string> }
  faults: FaultRule[]
}
export type Story = {
  codes: number
  friends: { userid: string; externalUserid: string }[]
  isWelcomed: boolean
  hasCard: boolean
  hasVisited: boolean
  hasGivenPhone: boolean
  hasPaid: boolean
  isFollowing: boolean
  hasNotice: boolean
}
export type WireRecord = {
  id: number
  atMs: number
  origin: 'weixin' | 'wecom' | 'pay'
  direction: 'call' | 'callback'
  name: string
  url: string
  status: number
  errcode: string
  tookMs: number
  attempt: number
  fault: string
  sent: string
  answered: string
  signed: Record<string, string>
  decoded: string
}
