import { Alert, Form, Input, Modal, Segmented, Select } from 'antd'
import { useState } from 'react'
import type { Input as InputOf } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { PersonPicker, SubjectPicker } from '../parts/pickers.tsx'
import { PERSON, type Subject, type SubjectType, targetName, wordOf } from './words.ts'

type Fields = { relation: string; role?: string; personId?: number; phone?: string; name?: string; subjectId?: number }

/** Relates a subject to a person whom one finds or whose phone one has, or to another subject. */
export function RelateDialog({
  subject,
  type,
  types,
  onClose,
}: {
  subject: Subject
  type: SubjectType
  types: SubjectType[]
  onClose: () => void
}) {
  const [form] = Form.useForm<Fields>()
  const [by, setBy] = useState<'phone' | 'person'>('phone')
  const [failure, setFailure] = useState<string | null>(null)
  const relate = useCommand('subjects.relate', { refreshes: ['subjects.', 'profiles.'] })
  const key = Form.useWatch('relation', form) ?? type.relations[0]?.key
  const relation = type.relations.find(one => one.key === key)
  const toType = types.find(one => one.key === relation?.to)
  const former =
    relation && !relation.isMany ? subject.relations.find(one => one.relation === relation.key && !one.until) : undefined
  const submit = async () => {
    const { role, personId, phone, name, subjectId } = await form.validateFields()
    setFailure(null)
    const whom: Partial<InputOf<'subjects.relate'>> =
      relation?.to !== PERSON ? { subjectId } : by === 'person' ? { personId } : { phone, ...(name ? { name } : {}) }
    try {
      await relate.mutateAsync({ fromId: subject.id, relation: key ?? '', ...(role ? { role } : {}), ...whom })
      onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t(`为 ${subject.title} 建立关系`, `Relate ${subject.title}`)}
      okText={t('建立关系', 'Relate')}
      cancelText={t('先不', 'Not now')}
      confirmLoading={relate.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ relation: key }}>
        {failure && <Alert type="error" showIcon title={failure} style={{ marginBottom: 16 }} />}
        <Form.Item name="relation" label={t('关系', 'Relation')}>
          <Select
            options={type.relations.map(one => ({
              value: one.key,
              label: `${wordOf(one)} → ${targetName(one.to, types)}`,
            }))}
          />
        </Form.Item>
        {relation && relation.roles.length > 0 && (
          <Form.Item name="role" label={t('角色', 'Role')}>
            <Select allowClear options={relation.roles.map(role => ({ value: role, label: role }))} />
          </Form.Item>
        )}
        {relation?.to === PERSON && (
          <>
            <Segmented
              value={by}
              onChange={setBy}
              style={{ marginBottom: 16 }}
              options={[
                { value: 'phone', label: t('用手机号', 'By phone') },
                { value: 'person', label: t('找已有的客户', 'Find a person') },
              ]}
            />
            {by === 'phone' ? (
              <>
                <Form.Item
                  name="phone"
                  label={t('手机号', 'Phone')}
                  extra={t(
                    '已有这个手机号的客户就关联他，没有就建一位。',
                    'The person with this phone is related; without one, a person is made.',
                  )}
                  rules={[{ required: true, message: t('请填写手机号', 'A phone is needed') }]}
                >
                  <Input inputMode="tel" maxLength={30} />
                </Form.Item>
                <Form.Item name="name" label={t('姓名（新客户才用）', 'Name (for a new person)')}>
                  <Input maxLength={60} />
                </Form.Item>
              </>
            ) : (
              <Form.Item
                name="personId"
                label={t('客户', 'Person')}
                rules={[{ required: true, message: t('请选择客户', 'Choose a person') }]}
              >
                <PersonPicker />
              </Form.Item>
            )}
          </>
        )}
        {relation && relation.to !== PERSON && toType && (
          <Form.Item name="subjectId" label={wordOf(toType)} rules={[{ required: true, message: t('请选择', 'Choose one') }]}>
            <SubjectField typeId={toType.id} />
          </Form.Item>
        )}
        {former && (
          <Alert
            type="warning"
            showIcon
            title={t(
              `${former.relationName}同时只有一个：现在的 ${former.toName} 会结束，留在记录里。`,
              `There is one ${former.relationName} at a time: ${former.toName} ends now and stays in the record.`,
            )}
          />
        )}
      </Form>
    </Modal>
  )
}

/** The picker as a field of a form, which hands it its value. */
function SubjectField({
  typeId,
  value,
  onChange,
}: {
  typeId: number
  value?: number
  onChange?: (value: number | null) => void
}) {
  return <SubjectPicker typeId={typeId} value={value ?? null} onChange={next => onChange?.(next)} />
}
