import '../styles/pretend.scss'

/**
 * The sheets that WeChat itself would draw (privacy, phone, subscribe, wallet), drawn by hand in H5 for the simulator.
 * Plain DOM on purpose: in WeChat they are outside the page, so no page component may depend on them.
 */

export type SheetChoice = { key: string; label: string; note: string; isChosen: boolean; isFixed?: boolean }
export type SheetRequest = {
  title: string
  lines: string[]
  amountText?: string
  choices?: SheetChoice[]
  /** A line to type in, for what this pretend person does not have. */
  typing?: { label: string; maxLength: number }
  actions: { key: string; label: string; isMain?: boolean }[]
}
export type SheetAnswer = { key: string; chosen: string[]; typed: string }

/** Shows one sheet and resolves with the action taken. Escape is the first action (refuse). */
export function promptSheet(request: SheetRequest): Promise<SheetAnswer> {
  return new Promise(resolve => {
    const before = document.activeElement as HTMLElement | null
    const scrim = element('div', 'pretend-scrim')
    const sheet = element('div', 'pretend-sheet')
    sheet.setAttribute('role', 'dialog')
    sheet.setAttribute('aria-modal', 'true')
    sheet.setAttribute('aria-label', request.title)
    sheet.append(element('div', 'pretend-from', '微信 · 模拟'), element('div', 'pretend-title', request.title))
    if (request.amountText) sheet.append(element('div', 'pretend-amount', request.amountText))
    for (const line of request.lines) sheet.append(element('div', 'pretend-line', line))

    const boxes = (request.choices ?? []).map(choice => {
      const row = element('label', 'pretend-choice')
      const box = document.createElement('input')
      box.type = 'checkbox'
      box.checked = choice.isChosen
      box.disabled = choice.isFixed ?? false
      const words = element('span', '', choice.label)
      row.append(box, words, element('span', 'pretend-note', choice.note))
      sheet.append(row)
      return { key: choice.key, box }
    })

    const typing = request.typing ? document.createElement('input') : null
    if (typing && request.typing) {
      typing.className = 'pretend-typing'
      typing.placeholder = request.typing.label
      typing.setAttribute('aria-label', request.typing.label)
      typing.maxLength = request.typing.maxLength
      sheet.append(typing)
    }

    const close = (key: string) => {
      document.removeEventListener('keydown', onKey, true)
      scrim.remove()
      before?.focus?.()
      resolve({ key, chosen: boxes.filter(({ box }) => box.checked).map(({ key }) => key), typed: typing?.value.trim() ?? '' })
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close(request.actions[0]?.key ?? 'close')
    }
    document.addEventListener('keydown', onKey, true)

    const row = element('div', 'pretend-actions')
    for (const action of request.actions) {
      const button = document.createElement('button')
      button.className = action.isMain ? 'pretend-button is-main' : 'pretend-button'
      button.textContent = action.label
      button.onclick = () => close(action.key)
      row.append(button)
    }
    sheet.append(row)
    scrim.append(sheet)
    document.body.append(scrim)
    row.querySelector<HTMLButtonElement>('.is-main')?.focus()
  })
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}
