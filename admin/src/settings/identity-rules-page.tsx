import { PlusOutlined } from '@ant-design/icons'
import { App, Button, Form, Input, InputNumber, Modal, Radio, Select, Switch } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Hint, Pill, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { identifierName } from '../people/words.ts'

type IdType = Output<'identityTypes.list'>['items'][number]

export function IdentityRulesPage() {
  const may = useMay()
  const types = useCall('identityTypes.list', {})
  const [editing, setEditing] = useState<IdType | 'new' | null>(null)
  return (
    <Page
      title={t('身份规则', 'Identity rules')}
      text={t(
        '哪些号码能证明是同一个人、谁说了算、一个人最多能有几个。',
        'Which identifiers prove a person, which wins, and how many one may hold.',
      )}
      actions={
        may('identityTypes.create') && (
          <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
            {t('新增标识类型', 'New type')}
          </Button>
        )
      }
    >
      <Panel title={t('标识类型', 'Identifier types')} isFlush>
        <Loaded of={types}>
          {({ items }) => (
            <Sheet<IdType>
              rowKey="name"
              dataSource={items}
              columns={[
                {
                  title: t('类型', 'Type'),
                  render: (_v, type) => (
                    <span className="by-row">
                      <b>{identifierName(type.name, type.zh)}</b>
                      <code className="by-faint">{type.name}</code>
                    </span>
                  ),
                },
                {
                  title: (
                    <>
                      {t('优先级', 'Priority')} <Hint text={t('数字越小越可信；冲突时信它', 'Smaller is more trusted')} />
                    </>
                  ),
                  width: 110,
                  render: (_v, type) => number(type.priority),
                },
                {
                  title: t('强弱', 'Strength'),
                  render: (_v, type) =>
                    type.isStrong ? (
                      <Pill tone="good" isDotted={false}>
                        {t('强：能合并', 'Strong')}
                      </Pill>
                    ) : (
                      <Pill isDotted={false}>{t('弱：只作参考', 'Weak')}</Pill>
                    ),
                },
                { title: t('一人最多', 'Per person'), align: 'right', render: (_v, type) => number(type.limit) },
                {
                  title: '',
                  align: 'right',
                  render: (_v, type) =>
                    may('identityTypes.update') && (
                      <Button size="small" type="text" onClick={() => setEditing(type)}>
                        {t('修改', 'Edit')}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <BlockedValues />
      {editing && <TypeDialog type={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}

function BlockedValues() {
  const may = useMay()
  const confirm = useConfirm()
  const [isOpen, setOpen] = useState(false)
  const remove = useCommand('blockedValues.remove')
  return (
    <>
      <List
        name="blockedValues.list"
        rowKey={row => row.id}
        searchHint={t('值', 'Value')}
        head={
          <div className="by-panel-head">
            <h2>
              {t('不能识别人的值', 'Values that identify nobody')}{' '}
              <Hint text={t('例如 13800138000：很多人乱填的号码，不能拿来认人', 'For example 13800138000, which many type in')} />
            </h2>
            {may('blockedValues.create') && <Button onClick={() => setOpen(true)}>{t('屏蔽一个值', 'Block a value')}</Button>}
          </div>
        }
        columns={[
          {
            key: 'value',
            sort: 'value',
            title: t('值', 'Value'),
            text: row => row.value,
            render: row => <code>{row.value}</code>,
          },
          { key: 'type', title: t('类型', 'Type'), text: row => (row.type ? identifierName(row.type) : t('所有类型', 'Any')) },
          {
            key: 'isPattern',
            title: t('方式', 'Match'),
            text: row => (row.isPattern ? t('通配', 'Pattern') : t('完全相同', 'Exact')),
          },
          {
            key: 'createdAt',
            sort: 'createdAt',
            title: t('添加', 'Added'),
            text: row => row.createdAt,
            render: row => (row.isBuiltIn ? <Pill isDotted={false}>{t('内置', 'Built in')}</Pill> : <Time at={row.createdAt} />),
          },
        ]}
        rowActions={row =>
          !row.isBuiltIn &&
          may('blockedValues.remove') && (
            <Button
              size="small"
              type="text"
              danger
              onClick={() =>
                confirm({
                  title: t(`不再屏蔽 ${row.value}？`, `Unblock ${row.value}?`),
                  consequence: t(
                    '以后带着这个值来的记录会被认成同一个人。',
                    'Records with it will be taken for one person again.',
                  ),
                  verb: t('取消屏蔽', 'Unblock'),
                  isDanger: true,
                  run: () => remove.mutateAsync({ id: row.id }),
                })
              }
            >
              {t('取消屏蔽', 'Unblock')}
            </Button>
          )
        }
        empty={<EmptyState title={t('没有屏蔽的值', 'Nothing is blocked')} />}
      />
      {isOpen && <BlockDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function BlockDialog({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp()
  const types = useCall('identityTypes.list', {})
  const [form] = Form.useForm<{ type: string | null; value: string; isPattern: boolean }>()
  const create = useCommand('blockedValues.create')
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      await create.mutateAsync({ ...fields, type: fields.type ?? null })
      message.success(t('已屏蔽', 'Blocked'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t('屏蔽一个值', 'Block a value')}
      okText={t('屏蔽', 'Block')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ type: null, isPattern: false }}>
        <Form.Item name="value" label={t('值', 'Value')} rules={[{ required: true, message: t('请填写', 'Required') }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="isPattern"
          label={t('匹配方式', 'Match')}
          extra={t('通配：* 代表任意多个字符', 'Pattern: * stands for any characters')}
        >
          <Radio.Group
            options={[
              { value: false, label: t('完全相同', 'Exact') },
              { value: true, label: t('通配', 'Pattern') },
            ]}
          />
        </Form.Item>
        <Form.Item name="type" label={t('用于哪种标识', 'For which type')}>
          <Select
            allowClear
            placeholder={t('所有类型', 'Any')}
            options={(types.data?.items ?? []).map(type => ({ value: type.name, label: identifierName(type.name, type.zh) }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}

function TypeDialog({ type, onClose }: { type: IdType | null; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Omit<IdType, 'isBuiltIn'>>()
  const create = useCommand('identityTypes.create')
  const update = useCommand('identityTypes.update')
  const submit = async () => {
    const { name, zh, priority, limit, isStrong } = await form.validateFields()
    try {
      if (type) await update.mutateAsync({ name: type.name, zh, priority, limit })
      else await create.mutateAsync({ name, zh, priority, limit, isStrong })
      message.success(t('已保存，对以后的识别生效', 'Saved; it holds from now on'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={type ? identifierName(type.name, type.zh) : t('新增标识类型', 'New identifier type')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={type ?? { priority: 60, limit: 5, isStrong: false }}
      >
        {!type && (
          <Form.Item
            name="name"
            label={t('英文名', 'Key')}
            rules={[
              {
                required: true,
                pattern: /^[a-z][A-Za-z0-9]{1,39}$/,
                message: t('小写字母开头，字母和数字', 'Letters and digits, beginning small'),
              },
            ]}
            extra={t('接口里用它，建好后不能改', 'Used by the API; fixed')}
          >
            <Input />
          </Form.Item>
        )}
        <Form.Item name="zh" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写', 'Required') }]}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="priority" label={t('优先级', 'Priority')} extra={t('数字越小越可信', 'Smaller is more trusted')}>
          <InputNumber min={1} max={1000} precision={0} />
        </Form.Item>
        <Form.Item
          name="limit"
          label={t('一人最多几个', 'Per person')}
          extra={t(
            '强标识设为 1 时，两个不同的值不会自动合并，会进入身份审核',
            'A strong type with limit 1 never merges two values by itself',
          )}
        >
          <InputNumber min={1} max={1000} precision={0} />
        </Form.Item>
        {!type && (
          <Form.Item name="isStrong" label={t('强标识（相同就能合并）', 'Strong: equal values merge')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
