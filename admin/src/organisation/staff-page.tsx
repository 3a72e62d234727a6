import { SyncOutlined } from '@ant-design/icons'
import { many } from '@banyan/shared'
import { Alert, App, Button, Form, InputNumber, Modal, Progress, Select, Switch } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { number, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { PersonMark, Pill } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'

type Staff = Output<'staff.list'>['items'][number]

export function StaffPage() {
  const may = useMay()
  const run = useRun()
  const { storeName } = useNames()
  const [editing, setEditing] = useState<Staff | null>(null)
  const syncs = useCall(
    'staff.syncs',
    {},
    { enabled: may('staff.syncs'), refetchInterval: query => (query.state.data?.some(one => one.isRunning) ? 2_000 : 60_000) },
  )
  const sync = useCommand('staff.sync', { refreshes: ['staff.'] })
  const isRunning = syncs.data?.some(one => one.isRunning) ?? false
  const failed = syncs.data?.find(one => one.error)
  const latest = syncs.data
    ?.map(one => one.finishedAt)
    .filter(Boolean)
    .sort()
    .at(-1)
  const columns: Column<Staff>[] = [
    {
      key: 'name',
      sort: 'name',
      title: t('员工', 'Staff'),
      text: row => row.name,
      render: row => (
        <span className="by-row">
          <PersonMark name={row.name} avatar={row.avatar} size={28} />
          <span className="by-stack-xs">
            <b>{row.name}</b>
            <span className="by-small by-faint">{row.userId}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'store',
      title: t('门店', 'Store'),
      text: row => row.storeName,
      render: row => row.storeName ?? <span className="by-amber">{t('未分配', 'None')}</span>,
    },
    { key: 'role', title: t('角色', 'Role'), text: row => (row.role === 'manager' ? t('店长', 'Manager') : t('店员', 'Clerk')) },
    {
      key: 'usable',
      title: t('能否接待', 'Receiving'),
      text: row => row.whyNotUsable ?? t('可以', 'yes'),
      render: row =>
        row.status === 'left' ? (
          <Pill tone={row.contactCount > 0 ? 'warn' : 'plain'}>
            {row.contactCount > 0
              ? t(`已离职，${number(row.contactCount)} 位客户待分配`, `Left, ${many(row.contactCount, 'customer')} to hand over`)
              : t('已离职', 'Left')}
          </Pill>
        ) : row.isUsable ? (
          <Pill tone="good">{t('可以接待', 'Yes')}</Pill>
        ) : (
          <Pill tone="warn">{row.whyNotUsable ?? t('暂不接待', 'No')}</Pill>
        ),
    },
    {
      key: 'contacts',
      sort: 'contactCount',
      title: t('好友', 'Contacts'),
      width: 190,
      text: row => `${row.contactCount}/${row.contactCap}`,
      render: row => (
        <div className="by-meter">
          <span className="by-num">
            {number(row.contactCount)} <span className="by-faint">/ {number(row.contactCap)}</span>
          </span>
          <Progress
            size="small"
            showInfo={false}
            percent={(row.contactCount / row.contactCap) * 100}
            strokeColor={row.contactCount >= row.contactCap * 0.95 ? 'var(--by-red)' : undefined}
          />
        </div>
      ),
    },
    {
      key: 'addedToday',
      title: t('今日新增', 'Added today'),
      align: 'right',
      text: row => row.addedToday,
      render: row => (
        <span>
          {number(row.addedToday)}
          {row.dailyAddCap > 0 && <span className="by-faint"> / {number(row.dailyAddCap)}</span>}
        </span>
      ),
    },
  ]
  return (
    <Page
      title={t('员工', 'Staff')}
      text={
        latest
          ? t(`从企业微信通讯录同步，最近一次 ${relative(latest)}`, `From the WeCom directory, last ${relative(latest)}`)
          : t('从企业微信通讯录同步', 'From the WeCom directory')
      }
      actions={
        may('staff.sync') && (
          <Button
            icon={<SyncOutlined spin={isRunning} />}
            loading={sync.isPending}
            disabled={isRunning}
            onClick={() => run(() => sync.mutateAsync({}), t('已开始同步', 'Sync started'))}
          >
            {isRunning ? t('同步中…', 'Syncing…') : t('立即同步', 'Sync now')}
          </Button>
        )
      }
    >
      {failed && (
        <Alert
          type="error"
          showIcon
          title={t(`${failed.corpName} 的通讯录没有同步成功`, `${failed.corpName} did not sync`)}
          description={failed.error}
        />
      )}
      <List
        name="staff.list"
        rowKey={row => row.id}
        columns={columns}
        searchHint={t('姓名、账号', 'Name or id')}
        exportName={t('员工', 'staff')}
        onOpen={may('staff.update') ? setEditing : undefined}
        filters={[
          {
            key: 'storeId',
            label: t('门店', 'Store'),
            render: (value, set) => (
              <StorePicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
            ),
            chip: value => storeName(Number(value)),
            toInput: value => ({ storeId: Number(value) }),
          },
          {
            key: 'status',
            label: t('在职', 'Status'),
            options: [
              { value: 'active', label: t('在职', 'Active') },
              { value: 'left', label: t('已离职', 'Left') },
            ],
          },
          {
            key: 'isUsable',
            label: t('能否接待', 'Receiving'),
            options: [
              { value: 'yes', label: t('可以', 'Yes') },
              { value: 'no', label: t('不可以', 'No') },
            ],
            toInput: value => ({ isUsable: value === 'yes' }),
          },
          {
            key: 'hasStore',
            label: t('门店分配', 'Has a store'),
            options: [{ value: 'no', label: t('未分配门店', 'No store') }],
            toInput: () => ({ hasStore: false }),
          },
        ]}
        rowActions={row =>
          may('staff.update') && (
            <Button size="small" type="text" onClick={() => setEditing(row)}>
              {t('设置', 'Edit')}
            </Button>
          )
        }
        empty={
          <EmptyState
            title={t('还没有员工', 'No staff yet')}
            text={t('连接企业微信后，点「立即同步」把通讯录拉过来。', 'Connect WeCom, then sync the directory.')}
            action={<Link to="/admin/connections/new">{t('连接企业微信', 'Connect WeCom')}</Link>}
          />
        }
      />
      {editing && <StaffEditor staff={editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}

function StaffEditor({ staff, onClose }: { staff: Staff; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Pick<Staff, 'storeId' | 'role' | 'contactCap' | 'contactsElsewhere' | 'dailyAddCap' | 'isOnDuty'>>()
  const update = useCommand('staff.update')
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      await update.mutateAsync({ staffId: staff.id, ...fields, storeId: fields.storeId ?? null })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={staff.name}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={update.isPending}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={staff}>
        <Form.Item name="storeId" label={t('门店', 'Store')}>
          <StorePicker placeholder={t('未分配', 'None')} />
        </Form.Item>
        <Form.Item name="role" label={t('角色', 'Role')} extra={t('店长可以看门店看板', 'Managers see the store’s board')}>
          <Select
            options={[
              { value: 'clerk', label: t('店员', 'Clerk') },
              { value: 'manager', label: t('店长', 'Manager') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="contactCap"
          label={t('好友上限', 'Contact cap')}
          extra={t(
            '企业微信默认 5,000，可申请扩到 20,000；满员会被活码跳过',
            'WeCom gives 5,000, up to 20,000; full staff are skipped',
          )}
        >
          <InputNumber min={1} max={20_000} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item
          name="contactsElsewhere"
          label={t('系统外的好友', 'Contacts elsewhere')}
          extra={t('接入之前或其他应用里的好友，也占上限', 'From before, or of another app: they fill the cap too')}
        >
          <InputNumber min={0} max={20_000} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item
          name="dailyAddCap"
          label={t('每天最多新增', 'New per day at most')}
          extra={t('0 为不限；加得太快会被平台限制', '0: no limit; the platform punishes fast adding')}
        >
          <InputNumber min={0} max={1000} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item name="isOnDuty" label={t('在岗', 'On duty')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  )
}
