import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { groupsOf } from './endpoint-words.ts'
import { RoleEditor } from './role-editor.tsx'

const GROUPS_SHOWN = 8

/** "113 项 · 客户、标签、人群 …": of what they are, not their codes. */
function inWords(permissions: string[]): string {
  const groups = groupsOf(permissions)
  const some = groups.slice(0, GROUPS_SHOWN).join(t('、', ', '))
  return `${t(`${permissions.length} 项`, `${permissions.length}`)} · ${some}${groups.length > GROUPS_SHOWN ? t('等', ' …') : ''}`
}

export type Role = Output<'roles.list'>[number]

export function RolesPage() {
  const may = useMay()
  const confirm = useConfirm()
  const roles = useCall('roles.list', {})
  const remove = useCommand('roles.remove')
  const [editing, setEditing] = useState<Role | 'new' | null>(null)
  const create = may('roles.create') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('新建角色', 'New role')}
    </Button>
  )
  return (
    <Page
      title={t('角色', 'Roles')}
      text={t(
        '角色决定能做什么；能看哪些品牌和门店，在操作员上设置。',
        'A role says what one may do; the scope is set on the operator.',
      )}
      actions={create}
    >
      <section className="by-panel">
        <Loaded of={roles}>
          {items =>
            items.length === 0 ? (
              <EmptyState title={t('还没有角色', 'No roles')} action={create} />
            ) : (
              <Sheet<Role>
                rowKey="id"
                dataSource={items}
                columns={[
                  {
                    title: t('角色', 'Role'),
                    render: (_v, role) => (
                      <span className="by-row">
                        <b>{role.name}</b>
                        {role.isBuiltIn && <Pill isDotted={false}>{t('内置', 'Built in')}</Pill>}
                      </span>
                    ),
                  },
                  {
                    title: t('权限', 'Permissions'),
                    render: (_v, role) => (
                      <span className="by-soft by-small" style={{ whiteSpace: 'normal' }}>
                        {role.permissions.includes('*') ? t('全部', 'Everything') : inWords(role.permissions)}
                      </span>
                    ),
                  },
                  {
                    title: t('可看明文', 'May reveal'),
                    render: (_v, role) =>
                      role.mayReveal ? (
                        <Pill tone="warn">{t('可以', 'Yes')}</Pill>
                      ) : (
                        <span className="by-faint">{t('不可以', 'No')}</span>
                      ),
                  },
                  { title: t('人数', 'Operators'), align: 'right', render: (_v, role) => number(role.operatorCount) },
                  {
                    title: '',
                    align: 'right',
                    render: (_v, role) =>
                      !role.isBuiltIn && (
                        <>
                          {may('roles.update') && (
                            <Button size="small" type="text" onClick={() => setEditing(role)}>
                              {t('修改', 'Edit')}
                            </Button>
                          )}
                          {may('roles.remove') && role.operatorCount === 0 && (
                            <Button
                              size="small"
                              type="text"
                              danger
                              onClick={() =>
                                confirm({
                                  title: t(`删除角色「${role.name}」？`, `Remove ${role.name}?`),
                                  consequence: t('没有人在用它，删除后不能恢复。', 'Nobody holds it.'),
                                  verb: t('删除', 'Remove'),
                                  isDanger: true,
                                  run: () => remove.mutateAsync({ roleId: role.id }),
                                })
                              }
                            >
                              {t('删除', 'Remove')}
                            </Button>
                          )}
                        </>
                      ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </section>
      {editing && <RoleEditor role={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}
