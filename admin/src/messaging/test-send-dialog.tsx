import { Alert, Modal } from 'antd'
import { useState } from 'react'
import type { Input } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { PersonPicker } from '../parts/pickers.tsx'

/** To one person, now, outside the caps: usually oneself. */
export function TestSendDialog({
  templateId,
  content,
  onClose,
}: {
  templateId: number
  content: Input<'campaigns.testSend'>['content']
  onClose: () => void
}) {
  const [personId, setPersonId] = useState<number | null>(null)
  const test = useCommand('campaigns.testSend', { refreshes: [] })
  return (
    <Modal
      open
      title={t('试发一条', 'Test send')}
      okText={t('试发', 'Send the test')}
      cancelText={t('关闭', 'Close')}
      okButtonProps={{ disabled: !personId, loading: test.isPending }}
      onOk={() => personId && test.mutate({ templateId, content, personId })}
      onCancel={onClose}
    >
      <div className="by-stack-s">
        <PersonPicker value={personId} onChange={next => setPersonId(next ?? null)} />
        <span className="by-small by-soft">
          {t(
            '选自己或同事的客户档案。订阅消息会用掉他的一次额度。',
            'Choose yourself or a colleague. A subscribe message uses one of his credits.',
          )}
        </span>
        {test.error && <Alert type="error" showIcon title={sentenceOf(test.error)} />}
        {test.data && (
          <Alert
            type={['sent', 'delivered'].includes(test.data.status) ? 'success' : 'warning'}
            showIcon
            title={test.data.text}
          />
        )}
      </div>
    </Modal>
  )
}
