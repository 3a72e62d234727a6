import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ask, type WireRecord } from './calls.ts'

const KEPT_MAX = 300
const REREAD_AFTER_MS = 200

export type LiveLog = { records: WireRecord[]; isLive: boolean; clear(): void }

/** The wire log as it grows; whatever changes the world has everything on the desk read again. */
export function useLiveLog(): LiveLog {
  const client = useQueryClient()
  const [records, setRecords] = useState<WireRecord[]>([])
  const [isLive, setLive] = useState(false)

  useEffect(() => {
    let reread: ReturnType<typeof setTimeout> | null = null
    const add = (fresh: WireRecord[]) =>
      setRecords(known => {
        const lastId = known.at(-1)?.id ?? 0
        const newer = fresh.filter(record => record.id > lastId)
        return newer.length === 0 ? known : [...known, ...newer].slice(-KEPT_MAX)
      })
    const stream = new EventSource('/simulator/api/log.stream')
    stream.onopen = () => {
      setLive(true)
      ask<WireRecord[]>('log.read', { limit: KEPT_MAX }).then(add, () => {})
    }
    stream.onerror = () => setLive(false)
    const rereadSoon = () => {
      reread ??= setTimeout(() => {
        reread = null
        void client.invalidateQueries({ queryKey: ['simulator'] })
      }, REREAD_AFTER_MS)
    }
    stream.onmessage = event => {
      add(JSON.parse(event.data) as WireRecord[])
      rereadSoon()
    }
    stream.addEventListener('changed', rereadSoon)
    return () => {
      stream.close()
      if (reread) clearTimeout(reread)
    }
  }, [client])

  return {
    records,
    isLive,
    clear() {
      setRecords([])
      void ask('log.clear')
    },
  }
}
