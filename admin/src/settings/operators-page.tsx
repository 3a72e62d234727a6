import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay, useMe, useNames } from '../app/me.ts'
import { t } from '../i18n.ts'
import { PersonMark, Pill, Time } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { OperatorEditor } from './operator-editor.tsx'

export type Operator = Output<'operators.list'>['items'][number]

export function OperatorsPage() {
  const may = useMay()
  const me = useMe()
  const run = useRun()
  const confirm = useConfirm()
  const { brandName, storeName } = useNames()
  const [editing, setEditing] = useState<Operator | 'new' | null>(null)
  const disable = useCommand('operators.disable')
  const update = useCommand('operators.update')
  const scope = (row: Operator) =>
    row.storeIds
      ? row.storeIds.map(storeName).join('、')
      : row.brandIds
        ? row.brandIds.map(brandName).join('、')
        : t('全部', 'Everything')
  const columns: Column<Operator>[] = [
    {
      key: 'name',
      sort: 'name',
      title: t('操作员', 'Operator'),
      text: row => row.name,
      render: row => (
        <span className="by-row">
          <PersonMark name={row.name} size={28} />
          <span className="by-stack-xs">
            <b>{row.name}</b>
            <span className="by-small by-faint">{row.username}</span>
          </span>
        </span>
      ),
    },
    { key: 'roles', title: t('角色', 'Roles'), text: row => row.roleNames.join('、') },
    {
      key: 'scope',
      title: t('数据范围', 'Scope'),
      text: scope,
      render: row => (
        <span className="by-clip" style={{ display: 'inline-block', maxWidth: 260 }} title={scope(row)}>
          {scope(row)}
        </span>
      ),
    },
    {
      key: 'isActive',
      title: t('状态', 'Status'),
      text: row => (row.isActive ? t('启用', 'Active') : t('停用', 'Off')),
      render: row => (
        <Pill tone={row.isActive ? 'good' : 'plain'}>{row.isActive ? t('启用', 'Active') : t('已停用', 'Off')}</Pill>
      ),
    },
    {
      key: 'lastSignInAt',
      sort: 'lastSignInAt',
      title: t('最近登录', 'Last sign-in'),
      text: row => row.lastSignInAt,
      render: row => <Time at={row.lastSignInAt} />,
    },
  ]
  const create = may('operators.create') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('新建操作员', 'New operator')}
    </Button>
  )
  return (
    <Page
      title={t('操作员', 'Operators')}
      text={t('总部使用后台的人。店员不在这里，他们用企业微信登录。', 'People at headquarters. Staff sign in through WeCom.')}
      actions={create}
    >
      <List
        name="operators.list"
        rowKey={row => row.id}
        columns={columns}
        searchHint={t('姓名、账号', 'Name or user name')}
        filters={[
          {
            key: 'isActive',
            label: t('状态', 'Status'),
            options: [
              { value: 'yes', label: t('启用', 'Active') },
              { value: 'no', label: t('已停用', 'Off') },
            ],
            toInput: value => ({ isActive: value === 'yes' }),
          },
        ]}
        rowActions={row => (
          <>
            {may('operators.update') && (
              <Button size="small" type="text" onClick={() => setEditing(row)}>
                {t('修改', 'Edit')}
              </Button>
            )}
            {row.isActive && row.id !== me.operator.id && may('operators.disable') && (
              <Button
                size="small"
                type="text"
                danger
                onClick={() =>
                  confirm({
                    title: t(`停用「${row.name}」？`, `Switch off ${row.name}?`),
                    consequence: t(
                      '他会立刻退出登录，不能再进来；他做过的事保留在审计里，以后可以恢复。',
                      'His sessions end at once; his record stays, and he can be switched on again.',
                    ),
                    verb: t('停用', 'Switch off'),
                    isDanger: true,
                    run: () => disable.mutateAsync({ operatorId: row.id }),
                    done: t('已停用', 'Off'),
                  })
                }
              >
                {t('停用', 'Switch off')}
              </Button>
            )}
            {!row.isActive && may('operators.update') && (
              <Button
                size="small"
                type="text"
                onClick={() => run(() => update.mutateAsync({ operatorId: row.id, isActive: true }), t('已恢复', 'On again'))}
              >
                {t('恢复', 'On')}
              </Button>
            )}
          </>
        )}
        empty={<EmptyState title={t('还没有操作员', 'No operators')} action={create} />}
      />
      {editing && <OperatorEditor operator={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}
