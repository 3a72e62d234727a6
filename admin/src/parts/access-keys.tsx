import { Alert, Button, Form, Input, Modal } from 'antd'
import type { ReactNode } from 'react'
import { t } from '../i18n.ts'
import { CopyButton, Pill } from './bits.tsx'
import { useConfirm, useRun } from './confirm.tsx'

/** What keys of other systems and keys of pages and apps have in common: shown once, usable until revoked. */
export const keyStateName = (revokedAt: string | null) => (revokedAt ? t('已吊销', 'Revoked') : t('有效', 'Active'))

export const KeyState = ({ revokedAt }: { revokedAt: string | null }) => (
  <Pill tone={revokedAt ? 'plain' : 'good'}>{keyStateName(revokedAt)}</Pill>
)

/** `consequence`: who loses what at once. */
export function RevokeKey({ name, consequence, revoke }: { name: string; consequence: string; revoke: () => Promise<unknown> }) {
  const confirm = useConfirm()
  return (
    <Button
      size="small"
      type="text"
      danger
      onClick={() =>
        confirm({
          title: t(`吊销「${name}」？`, `Revoke ${name}?`),
          consequence,
          verb: t('吊销', 'Revoke'),
          isDanger: true,
          run: revoke,
        })
      }
    >
      {t('吊销', 'Revoke')}
    </Button>
  )
}

type DialogProps<Fields> = {
  title: string
  width?: number
  initialValues: Partial<Fields>
  namePlaceholder: string
  create: (fields: Fields) => Promise<unknown>
  /** What is copied, once the key is made. */
  made: string | undefined
  /** Where it belongs. */
  madeHint: string
  madeNote?: ReactNode
  /** The fields after the name. */
  children: ReactNode
  onClose: () => void
}

/** Asks for a name and what else a key needs; then shows the key, this once. */
export function NewKeyDialog<Fields extends object>(props: DialogProps<Fields>) {
  const run = useRun()
  const [form] = Form.useForm<Fields>()
  if (props.made) return <MadeKey {...props} made={props.made} />
  return (
    <Modal
      open
      width={props.width}
      title={props.title}
      okText={t('生成密钥', 'Make the key')}
      cancelText={t('先不', 'Not now')}
      onCancel={props.onClose}
      onOk={async () => {
        const fields = await form.validateFields()
        await run(() => props.create(fields))
      }}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={props.initialValues}>
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={60} placeholder={props.namePlaceholder} />
        </Form.Item>
        {props.children}
      </Form>
    </Modal>
  )
}

function MadeKey({
  made,
  madeHint,
  madeNote,
  onClose,
}: Pick<DialogProps<object>, 'madeHint' | 'madeNote' | 'onClose'> & { made: string }) {
  return (
    <Modal
      open
      title={t('密钥已生成', 'The key is made')}
      closable={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('我已保存', 'I have kept it')}
        </Button>
      }
    >
      <div className="by-stack-s">
        <Alert type="warning" showIcon title={madeHint} />
        <div className="by-row">
          <code className="by-grow" style={{ overflowWrap: 'anywhere', fontSize: 13 }}>
            {made}
          </code>
          <CopyButton text={made} label={t('复制', 'Copy')} />
        </div>
        {madeNote && <span className="by-small by-soft">{madeNote}</span>}
      </div>
    </Modal>
  )
}
