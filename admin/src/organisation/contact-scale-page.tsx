import { SyncOutlined } from '@ant-design/icons'
import { Alert, App, Button, DatePicker, Form, InputNumber, Modal, Progress } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Stat, Time } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { useRun } from '../parts/confirm.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

type Scale = Output<'contacts.scale'>[number]

/** Over the bought scale nobody can add staff any more, and live codes die silently: metered here. */
export function ContactScalePage() {
  const may = useMay()
  const run = useRun()
  const scale = useCall('contacts.scale', {})
  const syncs = useCall(
    'contacts.syncs',
    {},
    { refetchInterval: query => (query.state.data?.some(one => one.status === 'running') ? 2_000 : 60_000) },
  )
  const reconcile = useCommand('contacts.reconcile', { refreshes: ['contacts.'] })
  return (
    <Page
      title={t('外部联系人规模', 'Contact scale')}
      text={t(
        '企业微信按去重后的外部联系人数收费。满了以后客户扫码加不上人，也不会有任何提示。',
        'WeCom charges by distinct contacts. When full, scans fail without a word.',
      )}
      actions={
        may('contacts.reconcile') && (
          <Button
            icon={<SyncOutlined />}
            loading={reconcile.isPending}
            onClick={() => run(() => reconcile.mutateAsync({}), t('已开始核对', 'Started'))}
          >
            {t('与企业微信核对', 'Reconcile now')}
          </Button>
        )
      }
    >
      <Loaded of={scale}>
        {items =>
          items.length === 0 ? (
            <div className="by-panel">
              <EmptyState
                title={t('还没有连接企业微信', 'WeCom is not connected')}
                text={t(
                  '连接以后，这里显示已用、已购和预计哪天用满。',
                  'Once it is, what is used and bought stands here, and the day it will be full.',
                )}
                action={<Link to="/admin/connections/new">{t('连接企业微信', 'Connect WeCom')}</Link>}
              />
            </div>
          ) : (
            items.map(one => <Corp key={one.corpId} scale={one} />)
          )
        }
      </Loaded>
      <Panel title={t('最近的核对', 'Latest reconciles')} isFlush>
        <Loaded of={syncs}>
          {items => (
            <Sheet
              size="small"
              rowKey="id"
              dataSource={items}
              locale={{
                emptyText: (
                  <EmptyState
                    title={t('还没有核对过', 'None yet')}
                    text={t('每天夜里会自动核对一次，把漏掉的回调找回来。', 'Every night lost callbacks are found again.')}
                  />
                ),
              }}
              columns={[
                { title: t('开始', 'Started'), render: (_v, row) => <Time at={row.startedAt} /> },
                {
                  title: t('状态', 'Status'),
                  render: (_v, row) => (
                    <Pill tone={row.status === 'done' ? 'good' : row.status === 'failed' ? 'bad' : 'info'}>
                      {
                        {
                          running: t(`${row.staffDone}/${row.staffTotal} 位员工`, `${row.staffDone}/${row.staffTotal}`),
                          done: t('已完成', 'Done'),
                          failed: t('失败', 'Failed'),
                        }[row.status]
                      }
                    </Pill>
                  ),
                },
                { title: t('读到', 'Read'), align: 'right', render: (_v, row) => number(row.readCount) },
                { title: t('找回的好友', 'Found'), align: 'right', render: (_v, row) => number(row.foundCount) },
                { title: t('补记的流失', 'Lost'), align: 'right', render: (_v, row) => number(row.lostCount) },
                { title: t('有变化', 'Changed'), align: 'right', render: (_v, row) => number(row.changedCount) },
                { title: '', render: (_v, row) => <span className="by-red by-small">{row.error}</span> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

function Corp({ scale }: { scale: Scale }) {
  const may = useMay()
  const [isEditing, setEditing] = useState(false)
  const ratio = scale.boughtCount ? scale.usedCount / scale.boughtCount : 0
  return (
    <Panel
      title={scale.corpName}
      extra={
        may('contacts.setScale') && (
          <Button size="small" onClick={() => setEditing(true)}>
            {t('填写已购规模', 'Enter what was bought')}
          </Button>
        )
      }
    >
      <div className="by-stack">
        {scale.status !== 'ok' && <Alert type={scale.status === 'full' ? 'error' : 'warning'} showIcon title={scale.advice} />}
        <div className="by-stats">
          <Stat
            label={t('已用 / 已购', 'Used / bought')}
            value={`${number(scale.usedCount)} / ${number(scale.boughtCount)}`}
            foot={
              <Progress
                percent={ratio * 100}
                showInfo={false}
                size="small"
                strokeColor={ratio > 0.95 ? 'var(--by-red)' : ratio > 0.8 ? 'var(--by-amber)' : undefined}
              />
            }
          />
          <Stat
            label={t('还能加', 'Left')}
            value={number(scale.remainingCount)}
            foot={t(`每天约 ${scale.addsPerDay.toFixed(1)} 人`, `about ${scale.addsPerDay.toFixed(1)} a day`)}
          />
          <Stat
            label={t('预计用满', 'Full on')}
            value={scale.forecastFullOn ?? '—'}
            foot={
              scale.forecastFullOn ? t('按最近 28 天的速度', 'at the pace of 28 days') : t('两年内用不满', 'not within two years')
            }
          />
          <Stat
            label={t('到期', 'Expires')}
            value={scale.expiresOn ?? '—'}
            foot={t('到期未续会降回 2,000', 'falls back to 2,000')}
          />
          <Stat
            label={t('构成', 'Made of')}
            value={number(scale.friendCount)}
            foot={t(
              `好友；另有仅在群里的 ${number(scale.groupOnlyCount)}`,
              `friends; ${number(scale.groupOnlyCount)} in groups only`,
            )}
          />
        </div>
        {scale.trend.length > 1 && (
          <Chart
            kind="line"
            title={t('已用规模', 'Used')}
            height={180}
            x={scale.trend.map(day => day.date)}
            series={[{ name: t('已用', 'Used'), values: scale.trend.map(day => day.usedCount) }]}
          />
        )}
        <h3 className="by-strong">{t('好友最多的员工', 'Staff by contacts')}</h3>
        <Chart
          kind="rows"
          title={t('好友最多的员工', 'Staff by contacts')}
          xTitle={t('员工', 'Staff')}
          x={top(scale).map(one => `${one.name} ${one.storeName ?? ''}`)}
          series={[{ name: t('好友', 'Contacts'), values: top(scale).map(one => one.contactCount) }]}
        />
      </div>
      {isEditing && <ScaleDialog scale={scale} onClose={() => setEditing(false)} />}
    </Panel>
  )
}

const top = (scale: Scale) => [...scale.perStaff].sort((a, b) => b.contactCount - a.contactCount).slice(0, 8)

function ScaleDialog({ scale, onClose }: { scale: Scale; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<{ boughtCount: number; groupOnlyCount: number; expiresOn: string | null }>()
  const set = useCommand('contacts.setScale')
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      await set.mutateAsync({ corpId: scale.corpId, ...fields, expiresOn: fields.expiresOn ?? null })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t('已购的外部联系人规模', 'The bought scale')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={set.isPending}
    >
      <p className="by-soft" style={{ marginBottom: 12 }}>
        {t(
          '企业微信没有查询接口，请从管理后台「客户联系 → 规模」抄过来。',
          'The platform has no API for it; copy it from the console.',
        )}
      </p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ boughtCount: scale.boughtCount, groupOnlyCount: scale.groupOnlyCount, expiresOn: scale.expiresOn }}
      >
        <Form.Item
          name="boughtCount"
          label={t('已购人数', 'Bought')}
          rules={[{ required: true, message: t('请填写', 'Required') }]}
        >
          <InputNumber min={1} max={10_000_000} precision={0} style={{ width: 180 }} />
        </Form.Item>
        <Form.Item name="groupOnlyCount" label={t('仅在客户群里的人数', 'In groups only')}>
          <InputNumber min={0} max={10_000_000} precision={0} style={{ width: 180 }} />
        </Form.Item>
        <Form.Item
          name="expiresOn"
          label={t('到期日', 'Expires')}
          getValueProps={(value?: string) => ({ value: value ? dayjs(value) : null })}
          getValueFromEvent={(day: dayjs.Dayjs | null) => day?.format('YYYY-MM-DD') ?? null}
        >
          <DatePicker />
        </Form.Item>
      </Form>
    </Modal>
  )
}
