import { useCallback, useEffect, useRef, useState } from 'react'

const STEPS_MAX = 100
/** Changes that follow each other faster than this are one step: typing a number is not four. */
const PAUSE_MS = 500

/** Undo and redo over a value that somebody else keeps; Ctrl Z and Ctrl Shift Z while the page is open. */
export function useHistory<T>(value: T, onChange: (value: T) => void) {
  const steps = useRef({ past: [] as T[], future: [] as T[], changedAt: 0 })
  const [, redraw] = useState(0)

  const set = useCallback(
    (next: T) => {
      const at = Date.now()
      const { past, changedAt } = steps.current
      if (at - changedAt > PAUSE_MS || past.length === 0) steps.current.past = [...past, value].slice(-STEPS_MAX)
      steps.current.changedAt = at
      steps.current.future = []
      onChange(next)
      redraw(n => n + 1)
    },
    [value, onChange],
  )
  const step = useCallback(
    (from: 'past' | 'future') => {
      const to = from === 'past' ? 'future' : 'past'
      const next = steps.current[from].pop()
      if (next === undefined) return
      steps.current[to].push(value)
      steps.current.changedAt = 0
      onChange(next)
      redraw(n => n + 1)
    },
    [value, onChange],
  )

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'z') return
      // A name or a pasted text has an undo of its own.
      const field = (event.target as HTMLElement).closest?.('input, textarea')
      if (field && !field.closest('.by-rule-builder')) return
      event.preventDefault()
      step(event.shiftKey ? 'future' : 'past')
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [step])

  return {
    set,
    undo: () => step('past'),
    redo: () => step('future'),
    canUndo: steps.current.past.length > 0,
    canRedo: steps.current.future.length > 0,
  }
}
