import { App, Form, Input, InputNumber, Modal, Radio } from 'antd'
import { type ReactNode, useState } from 'react'
import { call } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { t } from '../i18n.ts'

type Fields = { target: 'landing' | 'direct'; columns: number; title?: string }

/** One sheet with many codes, opened in a window of its own and sent to the printer. */
export function PrintDialog({
  ids,
  batchId,
  onClose,
}: {
  ids?: number[]
  batchId?: number
  onClose: () => void
  icon?: ReactNode
}) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const [isBusy, setBusy] = useState(false)
  const print = async () => {
    const fields = await form.validateFields()
    setBusy(true)
    try {
      const { html } = await call('livecodes.printSheet', {
        ...(ids ? { ids } : { batchId }),
        ...fields,
        title: fields.title || undefined,
      })
      openForPrint(html)
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={t('打印活码', 'Print live codes')}
      okText={t('打开打印', 'Open for printing')}
      cancelText={t('先不', 'Not now')}
      onOk={print}
      onCancel={onClose}
      confirmLoading={isBusy}
    >
      <Form form={form} layout="vertical" initialValues={{ target: 'landing', columns: 3 }}>
        <Form.Item name="target" label={t('印哪一种码', 'Which code')}>
          <Radio.Group>
            <Radio value="landing">
              {t('中转页（统计扫码，换平台码不用重印）', 'Landing page: counts scans, never reprinted')}
            </Radio>
            <Radio value="direct">{t('平台原码（扫了直达，不统计扫码）', 'The platform’s own: direct, scans not counted')}</Radio>
          </Radio.Group>
        </Form.Item>
        <Form.Item name="columns" label={t('每行几个', 'Per row')}>
          <InputNumber min={1} max={6} precision={0} />
        </Form.Item>
        <Form.Item
          name="title"
          label={t('每张上的标题', 'Title on each')}
          extra={t('留空则用活码名称', 'The name of the code when empty')}
        >
          <Input maxLength={40} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

/** Printed from a hidden frame: no pop-up that a browser would block, no script in the sheet. */
function openForPrint(html: string) {
  const frame = document.createElement('iframe')
  frame.style.cssText = 'position:fixed;inset:0;width:0;height:0;border:0'
  frame.srcdoc = html
  frame.onload = () => {
    frame.contentWindow?.focus()
    frame.contentWindow?.print()
    setTimeout(() => frame.remove(), 60_000)
  }
  document.body.append(frame)
}
