import { type RefObject, useEffect, useRef } from 'react'

/** Keeps a scrolled list at its end when it grows, without moving the page around it. */
export function useBottom(...changes: unknown[]): RefObject<HTMLDivElement> {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = list.current
    if (box) box.scrollTop = box.scrollHeight
    // biome-ignore lint/correctness/useExhaustiveDependencies: what counts as growth is the caller's
  }, changes)
  return list
}
