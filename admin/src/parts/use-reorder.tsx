import { HolderOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { t } from '../i18n.ts'

/** A short list whose lines are dragged by a handle, or moved with the arrow keys on it. */
export function useReorder<T>(items: readonly T[], onChange: (items: T[]) => void) {
  const [dragged, setDragged] = useState<number | null>(null)
  const put = (from: number, to: number) => {
    if (to < 0 || to >= items.length || from === to) return
    const rest = items.filter((_, at) => at !== from)
    onChange([...rest.slice(0, to), items[from] as T, ...rest.slice(to)])
  }
  /** For the line at `index`. */
  const line = (index: number) => ({
    className: dragged === index ? 'is-dragged' : '',
    onDragEnter: (event: React.DragEvent) => {
      if (dragged === null) return
      event.stopPropagation()
      put(dragged, index)
      setDragged(index)
    },
    onDragOver: (event: React.DragEvent) => {
      if (dragged !== null) event.preventDefault()
    },
  })
  const handle = (index: number) => (
    <button
      type="button"
      className="by-handle"
      draggable
      title={t('拖动换顺序，或按上下键', 'Drag to reorder, or press the arrow keys')}
      aria-label={t(`第 ${index + 1} 行，按上下键换顺序`, `Line ${index + 1}, arrow keys reorder`)}
      onDragStart={event => {
        event.stopPropagation()
        event.dataTransfer.effectAllowed = 'move'
        setDragged(index)
      }}
      onDragEnd={() => setDragged(null)}
      onKeyDown={event => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
        event.preventDefault()
        put(index, index + (event.key === 'ArrowUp' ? -1 : 1))
      }}
    >
      <HolderOutlined />
    </button>
  )
  return { line, handle }
}
