import { useRouter } from '@tarojs/taro'
import { useCallback, useEffect, useState } from 'react'
import { newKey } from '../client/call.ts'
import { type CallFailure, failureOf } from '../client/failure.ts'
import { staffCall } from './staff.ts'
import { wecom } from './wecom.ts'

export type Customer =
  | { state: 'asking' }
  | { state: 'none' }
  | { state: 'failed'; error: CallFailure; retry: () => void }
  /** `isInChat`: the chat with him is open, so a message can be put into it. */
  | { state: 'known'; personId: number; isInChat: boolean }

/** Whom the sidebar is about: the one named in the address (found by hand), else the one whose chat is open. */
export function useCustomer(): Customer {
  const named = Number(useRouter().params.personId ?? 0)
  const [customer, setCustomer] = useState<Customer>({ state: 'asking' })

  const find = useCallback(async () => {
    setCustomer({ state: 'asking' })
    try {
      const externalUserId = await wecom.currentContact()
      const inChat = externalUserId ? (await staffCall('contacts.open', { externalUserId }, { key: newKey() })).personId : null
      const personId = named || inChat
      setCustomer(personId ? { state: 'known', personId, isInChat: personId === inChat } : { state: 'none' })
    } catch (error) {
      if (named) setCustomer({ state: 'known', personId: named, isInChat: false })
      else setCustomer({ state: 'failed', error: failureOf(error), retry: () => void find() })
    }
  }, [named])

  useEffect(() => {
    void find()
  }, [find])
  return customer
}
