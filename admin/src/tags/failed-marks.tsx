import { Button, Drawer } from 'antd'
import { Link } from 'react-router'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { EmptyState } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import type { Mirror } from './mirror-state.tsx'
import { failureName } from './mirror-words.ts'

/** Marks that WeCom did not take, of whom, and why. */
export function FailedMarks({ mirror, onClose }: { mirror: Mirror; onClose: () => void }) {
  const may = useMay()
  const run = useRun()
  const again = useCommand('corpTags.runAgain')
  return (
    <Drawer
      open
      size={640}
      title={t(`没有同步成的：${mirror.corpTagName}`, `Not mirrored: ${mirror.corpTagName}`)}
      onClose={onClose}
      extra={
        may('corpTags.runAgain') &&
        mirror.status !== 'tagGone' && (
          <Button
            type="primary"
            loading={again.isPending}
            onClick={() => run(() => again.mutateAsync({ mirrorId: mirror.id }), t('已重新开始', 'Trying again'))}
          >
            {t('全部重试', 'Try all again')}
          </Button>
        )
      }
    >
      <List
        name="corpTags.failed"
        rowKey={row => row.id}
        input={{ mirrorId: mirror.id }}
        hasSearch={false}
        columns={[
          {
            key: 'person',
            title: t('客户', 'Person'),
            text: row => personName(row.personName),
            render: row => <Link to={`/admin/people/${row.personId}`}>{personName(row.personName)}</Link>,
          },
          { key: 'staff', title: t('店员', 'Staff'), text: row => row.staffName },
          {
            key: 'isAdd',
            title: t('要做的', 'To do'),
            text: row => (row.isAdd ? t('打上', 'Put on') : t('取下', 'Take off')),
          },
          {
            key: 'reason',
            title: t('原因', 'Why'),
            text: row => failureName(row.reason),
            render: row => <span title={row.detail}>{failureName(row.reason)}</span>,
          },
          { key: 'at', title: t('时间', 'When'), text: row => dateTime(row.at), render: row => <Time at={row.at} /> },
        ]}
        empty={<EmptyState title={t('没有失败的', 'Nothing failed')} />}
      />
    </Drawer>
  )
}
