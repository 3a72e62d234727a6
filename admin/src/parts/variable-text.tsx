import { Button, Input } from 'antd'
import { useRef } from 'react'
import { t } from '../i18n.ts'

type Props = {
  value?: string
  onChange?: (value: string) => void
  id?: string
  variables: { name: string; label: string }[]
  rows?: number
  maxLength?: number
  /** One line of a message field instead of a paragraph. */
  isLine?: boolean
  placeholder?: string
  status?: 'error'
}

/** A text with variables: a tap on a name writes it where the cursor is. */
export function VariableText({ value = '', onChange, id, variables, rows = 3, maxLength, isLine, placeholder, status }: Props) {
  const box = useRef<HTMLElement | null>(null)
  const insert = (name: string) => {
    const field = box.current as HTMLTextAreaElement | null
    const at = field?.selectionStart ?? value.length
    const end = field?.selectionEnd ?? at
    const text = `{{ ${name} }}`
    onChange?.(value.slice(0, at) + text + value.slice(end))
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(at + text.length, at + text.length)
    })
  }
  const common = {
    id,
    value,
    maxLength,
    placeholder,
    status,
    onChange: (event: { target: { value: string } }) => onChange?.(event.target.value),
    onFocus: (event: React.FocusEvent<HTMLElement>) => {
      box.current = event.target
    },
  }
  return (
    <div className="by-stack-xs" style={{ gap: 6 }}>
      {isLine ? <Input {...common} /> : <Input.TextArea {...common} autoSize={{ minRows: rows, maxRows: 12 }} />}
      <div className="by-row by-wrap" style={{ gap: 4 }}>
        <span className="by-small by-faint">{t('插入', 'Insert')}</span>
        {variables.map(variable => (
          <Button
            key={variable.name}
            size="small"
            type="dashed"
            style={{ fontSize: 12, height: 22, paddingInline: 6 }}
            onClick={() => insert(variable.name)}
          >
            {variable.label}
          </Button>
        ))}
      </div>
    </div>
  )
}
