import { EyeOutlined } from '@ant-design/icons'
import { App, Button, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import type { Input, Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { CopyButton } from '../parts/bits.tsx'

const SHOWN_SECONDS = 60
type Field = NonNullable<Input<'people.reveal'>['field']>

/** Shows an identifier in clear for a minute. Asking is written into the audit. */
export function Reveal({ personId, field, scope }: { personId: number; field: Field; scope?: string }) {
  const { mayReveal } = useMe()
  const { message } = App.useApp()
  const reveal = useCommand('people.reveal', { refreshes: [] })
  const [values, setValues] = useState<Output<'people.reveal'>['values'] | null>(null)
  useEffect(() => {
    if (!values) return
    const timer = setTimeout(() => setValues(null), SHOWN_SECONDS * 1000)
    return () => clearTimeout(timer)
  }, [values])

  if (!mayReveal) return null
  const ask = async () => {
    try {
      const answer = await reveal.mutateAsync({ personId, field })
      setValues(scope === undefined ? answer.values : answer.values.filter(one => one.scope === scope))
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  if (values)
    return (
      <span className="by-row by-wrap" style={{ gap: 4 }}>
        {values.length === 0 && <span className="by-faint">{t('没有', 'None')}</span>}
        {values.map(one => (
          <span key={one.scope + one.value} className="by-row" style={{ gap: 2 }}>
            <code style={{ overflowWrap: 'anywhere' }}>{one.value}</code>
            <CopyButton text={one.value} />
          </span>
        ))}
      </span>
    )
  return (
    <Tooltip title={t('查看完整内容；会记入审计，一分钟后自动遮住', 'Shows it for a minute; this is audited')}>
      <Button
        size="small"
        type="text"
        icon={<EyeOutlined className="by-faint" style={{ fontSize: 13 }} />}
        loading={reveal.isPending}
        onClick={ask}
        aria-label={t('查看完整内容', 'Reveal')}
      />
    </Tooltip>
  )
}
