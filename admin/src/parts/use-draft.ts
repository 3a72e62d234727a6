import type { FormInstance } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'

/**
 * What is typed into a form is kept on this browser until it is saved: a closed tab loses nothing.
 * `restoredAt` tells that an earlier draft was put back; `discard` throws it away.
 */
export function useDraft<T extends object>(key: string, form: FormInstance<T>, isOn = true) {
  const storeKey = `banyan.draft.${key}`
  const [savedAt, setSavedAt] = useState<Date | null>(null)
  const [isRestored, setRestored] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    if (!isOn) return
    const kept = localStorage.getItem(storeKey)
    if (!kept) return
    try {
      form.setFieldsValue(JSON.parse(kept))
      setRestored(true)
    } catch {
      localStorage.removeItem(storeKey)
    }
  }, [storeKey, isOn, form])
  useEffect(() => () => clearTimeout(timer.current), [])

  const keep = useCallback(() => {
    if (!isOn) return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      localStorage.setItem(storeKey, JSON.stringify(form.getFieldsValue(true)))
      setSavedAt(new Date())
    }, 600)
  }, [storeKey, isOn, form])

  const discard = useCallback(() => {
    clearTimeout(timer.current)
    localStorage.removeItem(storeKey)
    setRestored(false)
    setSavedAt(null)
  }, [storeKey])

  return { savedAt, isRestored, keep, discard }
}
