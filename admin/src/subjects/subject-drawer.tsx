import { Alert, Button, Drawer, Form } from 'antd'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { valueText } from './value.tsx'
import { ValueInput } from './value-input.tsx'
import { type AttributeValue, refusalText, type SubjectRow, type SubjectType, wordOf } from './words.ts'

type Values = Record<string, AttributeValue>

/** Adds a subject or changes one; only what was touched is sent, so a masked phone stays what it is. */
export function SubjectDrawer({
  type,
  subject,
  onClose,
  onSaved,
}: {
  type: SubjectType
  subject?: SubjectRow
  onClose: () => void
  onSaved: (subjectId: number) => void
}) {
  const [form] = Form.useForm<Values>()
  const [failure, setFailure] = useState<string | null>(null)
  const put = useCommand('subjects.put', { refreshes: ['subjects.', 'subjectTypes.', 'selection.'] })
  const submit = async () => {
    const values = await form.validateFields()
    setFailure(null)
    const touched = Object.fromEntries(
      Object.entries(values).filter(([key, value]) => (subject ? form.isFieldTouched(key) : value != null)),
    )
    try {
      const taken = subject ? null : await takenValue(type, values)
      if (taken) return form.setFields([{ name: taken.key, errors: [taken.said] }])
      const [answer] = await put.mutateAsync({
        typeId: type.id,
        subjects: [{ ...(subject ? { subjectId: subject.id } : {}), values: touched }],
      })
      if (answer?.refusal) {
        const said = refusalText(answer.refusal, type)
        const { field } = answer.refusal
        if (field && type.attributes.some(one => one.key === field)) form.setFields([{ name: field, errors: [said] }])
        return setFailure(said)
      }
      if (answer?.subjectId) onSaved(answer.subjectId)
      onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  const initial = Object.fromEntries(
    type.attributes.filter(one => one.kind !== 'phone').map(one => [one.key, subject?.values[one.key] ?? null]),
  )
  return (
    <Drawer
      open
      size={520}
      title={subject ? t(`修改 ${subject.title}`, `Edit ${subject.title}`) : t(`添加${wordOf(type)}`, `Add ${wordOf(type)}`)}
      onClose={onClose}
      extra={
        <Button type="primary" loading={put.isPending} onClick={submit}>
          {t('保存', 'Save')}
        </Button>
      }
    >
      <Form form={form} layout="vertical" initialValues={initial} requiredMark={false} scrollToFirstError>
        {failure && <Alert type="error" showIcon title={failure} style={{ marginBottom: 16 }} />}
        {type.attributes.map(attribute => (
          <Form.Item
            key={attribute.key}
            name={attribute.key}
            label={
              <span>
                {wordOf(attribute)}
                {attribute.isRequired && <span className="by-red"> *</span>}
                {attribute.isUnique && <span className="by-small by-faint"> {t('唯一', 'unique')}</span>}
              </span>
            }
            rules={[
              {
                required: attribute.isRequired && !(subject && attribute.kind === 'phone'),
                message: t('必填', 'Required'),
              },
            ]}
          >
            <ValueInput
              attribute={attribute}
              masked={attribute.kind === 'phone' && subject ? valueText(attribute, subject.values[attribute.key]) : undefined}
            />
          </Form.Item>
        ))}
        {type.attributes.length === 0 && (
          <span className="by-soft">{t('这个类型还没有属性。', 'This type has no attributes yet.')}</span>
        )}
      </Form>
    </Drawer>
  )
}

/** By contract a put with a known unique value changes the subject that holds it; who adds one by hand is told instead. */
async function takenValue(type: SubjectType, values: Values): Promise<{ key: string; said: string } | null> {
  for (const { key, isUnique } of type.attributes) {
    const value = values[key]
    if (!isUnique || value == null) continue
    const { items } = await call('subjects.list', { typeId: type.id, search: String(value), pageSize: 20 })
    const holder = items.find(one => one.values[key] === value)
    if (holder)
      return { key, said: t(`已属于 ${holder.title}，请打开它来修改`, `${holder.title} holds it; open that one to change it`) }
  }
  return null
}
