import { lengthOf } from '@banyan/shared'
import { Form } from 'antd'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { VariableText } from '../parts/variable-text.tsx'
import type { Notice, Template } from './words.tsx'

type Props = { template: Pick<Template, 'fields' | 'channel'>; name: string[]; noticeKey?: Notice['key'] }

/** Each field of a template with its live counter: the platform's own limit, counted as the platform counts. */
export function FieldValues({ template, name, noticeKey }: Props) {
  const variables = useCall('messageVariables.list', noticeKey ? { notice: noticeKey } : {}, { staleTime: 300_000 })
  const form = Form.useFormInstance()
  const values = (Form.useWatch(name, form) ?? {}) as Record<string, string | undefined>
  const segmentId = Form.useWatch('segmentId', { form, preserve: true }) as number | undefined
  const segment = useCall('segments.get', { segmentId: segmentId ?? 0 }, { enabled: Boolean(segmentId), retry: false })
  // Only people who are reached about things have things to name.
  const areThings = Boolean(segmentId && segment.data?.typeId)
  const choices = (variables.data?.items ?? [])
    .filter(one => areThings || !one.name.startsWith('things.'))
    .map(one => ({ name: one.name, label: one.label }))
  const examples = Object.fromEntries((variables.data?.items ?? []).map(one => [one.name, one.example]))
  return (
    <>
      {template.fields.map(field => {
        const filled = fill(values[field.key] ?? '', examples)
        const length = lengthOf(filled)
        const isOver = length > field.maxLength
        return (
          <Form.Item
            key={field.key}
            name={[...name, field.key]}
            label={
              <span className="by-row" style={{ width: '100%' }}>
                {field.label} <code className="by-faint">{field.key}</code>
              </span>
            }
            extra={
              <span className={`by-num ${isOver ? 'by-red' : ''}`}>
                {length} / {field.maxLength}
                {isOver &&
                  (template.channel === 'template'
                    ? t('，平台会截断', ', will be cut')
                    : t('，平台会拒收，系统将先截断', ', would be refused; it is cut first'))}
              </span>
            }
            rules={[
              { required: true, message: t('请填写', 'Required') },
              {
                validator: (_rule, value?: string) =>
                  /[\r\n]/.test(value ?? '') ? Promise.reject(new Error(t('不能换行', 'No line breaks'))) : Promise.resolve(),
              },
            ]}
          >
            <VariableText isLine variables={choices} maxLength={500} />
          </Form.Item>
        )
      })}
    </>
  )
}

/** Variables counted as their example, since nobody knows the length of a real name beforehand. */
export function fill(text: string, examples: Record<string, string>): string {
  return text.replace(/\{\{\s*([\w.]+)[^}]*\}\}/g, (_all, name: string) => examples[name] ?? name)
}
