import { DownloadOutlined } from '@ant-design/icons'
import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { ExportDialog } from '../exports/export-dialog.tsx'
import { dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { PersonMark, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import { EmptyState } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import type { Cell } from './matrix-panel.tsx'

/** Who is behind a number of the matrix. */
export function CellDrawer({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const may = useMay()
  const [isExporting, setExporting] = useState(false)
  const exportTo = useCommand('lifecycle.export', { refreshes: ['exports.', 'work.'] })
  const of = { month: cell.month, from: cell.from.id, to: cell.to.id }
  return (
    <Drawer
      open
      size="min(720px, 100vw)"
      onClose={onClose}
      title={`${cell.month} · ${cell.from.name} → ${cell.to.name} · ${t(`${number(cell.count)} 人`, number(cell.count))}`}
      extra={
        may('lifecycle.export') && (
          <Button size="small" icon={<DownloadOutlined />} onClick={() => setExporting(true)}>
            {t('导出', 'Export')}
          </Button>
        )
      }
    >
      <List
        name="lifecycle.people"
        prefix="cell"
        hasSearch={false}
        rowKey={row => row.personId}
        input={of}
        to={row => `/admin/people/${row.personId}`}
        columns={[
          {
            key: 'name',
            title: t('客户', 'Person'),
            text: row => personName(row.name),
            render: row => (
              <Link to={`/admin/people/${row.personId}`} className="by-row" style={{ color: 'inherit' }}>
                <PersonMark name={personName(row.name)} avatar={row.avatar} size={26} /> {personName(row.name)}
              </Link>
            ),
          },
          { key: 'phone', title: t('手机', 'Phone'), text: row => row.phoneMasked },
          { key: 'stage', title: t('现在', 'Now'), text: row => row.stageName ?? '—' },
          {
            key: 'since',
            title: t('自', 'Since'),
            text: row => dateTime(row.since),
            render: row => <Time at={row.since} />,
          },
        ]}
        empty={<EmptyState title={t('没有人', 'Nobody')} />}
      />
      {isExporting && (
        <ExportDialog
          kind="lifecyclePeople"
          options={of}
          start={wishes => exportTo.mutateAsync({ ...of, ...wishes })}
          onClose={() => setExporting(false)}
        />
      )}
    </Drawer>
  )
}
