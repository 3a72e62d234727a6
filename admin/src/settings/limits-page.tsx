import { App, Button, Form, Input, InputNumber, Modal } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { useRested } from '../app/palette.tsx'
import { date } from '../format.ts'
import { t } from '../i18n.ts'
import { Sheet } from '../parts/list/sheet.tsx'
import { SearchBox } from '../parts/list/toolbar.tsx'
import { Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

type Limit = Output<'limits.list'>[number]

/** What the platforms allow, each number with where it was read and when: they change, and so can these. */
export function LimitsPage() {
  const may = useMay()
  const [search, setSearch] = useState('')
  const limits = useCall('limits.list', useRested(search, 200) ? { search } : {}, { keepPrevious: true })
  const [editing, setEditing] = useState<Limit | null>(null)
  return (
    <Page
      title={t('平台限额', 'Platform limits')}
      text={t(
        '微信和企业微信允许多少，都记在这里：来源、核对日期。平台改了，在这里改，不用改程序。',
        'What the platforms allow, with source and date. When they change, change it here.',
      )}
    >
      <section className="by-panel">
        <div className="by-toolbar">
          <SearchBox value={search} hint={t('搜索限额', 'Search')} onChange={setSearch} />
        </div>
        <Loaded of={limits}>
          {items =>
            items.length === 0 ? (
              <EmptyState title={t('没有符合的限额', 'Nothing matches')} />
            ) : (
              <Sheet<Limit>
                rowKey="key"
                dataSource={items}
                columns={[
                  {
                    title: t('限额', 'Limit'),
                    render: (_v, limit) => (
                      <span className="by-stack-xs">
                        <span style={{ whiteSpace: 'normal', maxWidth: 420 }}>{limit.name}</span>
                        <code className="by-faint">{limit.key}</code>
                      </span>
                    ),
                  },
                  {
                    title: t('数值', 'Value'),
                    align: 'right',
                    render: (_v, limit) => (
                      <b>
                        {limit.value.toLocaleString('en-US')}{' '}
                        <span className="by-soft" style={{ fontWeight: 400 }}>
                          {limit.unit}
                        </span>
                      </b>
                    ),
                  },
                  {
                    title: t('来源', 'Source'),
                    render: (_v, limit) => (
                      <span
                        className="by-small by-soft"
                        style={{ display: 'inline-block', maxWidth: 310, overflowWrap: 'anywhere', whiteSpace: 'normal' }}
                      >
                        {limit.source}
                      </span>
                    ),
                  },
                  { title: t('核对日期', 'Checked'), render: (_v, limit) => date(limit.checkedAt) },
                  {
                    title: '',
                    align: 'right',
                    render: (_v, limit) =>
                      may('limits.update') && (
                        <Button size="small" type="text" onClick={() => setEditing(limit)}>
                          {t('更正', 'Change')}
                        </Button>
                      ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </section>
      {editing && <LimitDialog limit={editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}

function LimitDialog({ limit, onClose }: { limit: Limit; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<{ value: number; source: string }>()
  const update = useCommand('limits.update')
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      await update.mutateAsync({ key: limit.key, ...fields })
      message.success(t('已更正，立即生效', 'Corrected'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={limit.name}
      okText={t('更正', 'Change')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={update.isPending}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={limit}>
        <Form.Item name="value" label={t('数值', 'Value')} rules={[{ required: true, message: t('请填写', 'Required') }]}>
          <InputNumber suffix={limit.unit} style={{ width: 220 }} />
        </Form.Item>
        <Form.Item
          name="source"
          label={t('来源', 'Source')}
          rules={[{ required: true, message: t('请写明在哪里看到的', 'Say where it was read') }]}
          extra={t('官方文档地址或公告', 'Address of the document')}
        >
          <Input.TextArea maxLength={500} rows={2} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
