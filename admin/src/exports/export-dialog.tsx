import { Alert, App, Button, Checkbox, Modal, Radio, Skeleton, Switch } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'

type Columns = Output<'exports.columns'>['columns']
export type ExportWishes = { columns: string[]; format: 'csv' | 'xlsx'; isRevealed: boolean }

/** Which columns of something go into a file, and how; what one's role may not see stands masked. `start` queues it. */
export function ExportDialog({
  kind,
  options = {},
  start,
  onClose,
}: {
  kind: string
  options?: Record<string, unknown>
  start: (wishes: ExportWishes) => Promise<unknown>
  onClose: () => void
}) {
  const { message } = App.useApp()
  const offered = useCall('exports.columns', { kind, options }, { staleTime: 60_000 })
  const [chosen, setChosen] = useState<string[] | null>(null)
  const [format, setFormat] = useState<'csv' | 'xlsx'>('csv')
  const [isRevealed, setRevealed] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const columns = offered.data?.columns ?? []
  const keys = chosen ?? columns.filter(one => one.isUsual).map(one => one.key)
  const begin = async () => {
    setBusy(true)
    setFailure(null)
    try {
      await start({ columns: columns.filter(one => keys.includes(one.key)).map(one => one.key), format, isRevealed })
      message.success(
        <>
          {t('正在生成文件，', 'The file is being written. ')}
          <Link to="/admin/exports">{t('到「导出」里下载', 'Download it under Exports')}</Link>
        </>,
        6,
      )
      onClose()
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      width={640}
      title={t('导出', 'Export')}
      onCancel={onClose}
      footer={
        <div className="by-row by-between by-wrap">
          <span className="by-small by-soft">
            {t('文件保留 7 天，导出和下载都会记入审计', 'Kept for 7 days; exports and downloads are audited')}
          </span>
          <Button type="primary" loading={isBusy} disabled={keys.length === 0} onClick={() => void begin()}>
            {t(`导出 ${keys.length} 列`, `Export ${keys.length} columns`)}
          </Button>
        </div>
      }
    >
      {offered.error ? (
        <Alert type="error" showIcon title={sentenceOf(offered.error)} />
      ) : !offered.data ? (
        <Skeleton active />
      ) : (
        <div className="by-stack">
          {failure !== null && <Alert type="error" showIcon title={sentenceOf(failure)} />}
          <ColumnChoice columns={columns} chosen={keys} onChange={setChosen} />
          <div className="by-row by-wrap" style={{ gap: '8px 24px' }}>
            <Radio.Group
              value={format}
              onChange={event => setFormat(event.target.value)}
              options={[
                { value: 'csv', label: t('CSV（Excel 可直接打开）', 'CSV (opens in Excel)') },
                { value: 'xlsx', label: t('XLSX 工作簿', 'XLSX workbook') },
              ]}
            />
          </div>
          {columns.some(one => one.isPersonal && keys.includes(one.key)) &&
            (offered.data.mayReveal ? (
              <div className="by-stack-xs">
                <span className="by-row">
                  <Switch
                    size="small"
                    checked={isRevealed}
                    onChange={setRevealed}
                    aria-label={t('完整的手机号和 ID', 'In full')}
                  />
                  {t('手机号、OpenID 等写完整内容', 'Phones and openids in full')}
                </span>
                <span className={`by-small ${isRevealed ? 'by-amber' : 'by-soft'}`}>
                  {isRevealed
                    ? t(
                        '文件含完整个人信息，只有您能下载，请妥善保管。',
                        'The file holds personal data in full: only you can download it.',
                      )
                    : t('默认写脱敏内容。', 'They are masked otherwise.')}
                </span>
              </div>
            ) : (
              <span className="by-small by-soft">
                {t('手机号、OpenID 等按您的角色写脱敏内容。', 'Phones and openids are masked for your role.')}
              </span>
            ))}
        </div>
      )}
    </Modal>
  )
}

function ColumnChoice({ columns, chosen, onChange }: { columns: Columns; chosen: string[]; onChange: (keys: string[]) => void }) {
  const groups = [...new Set(columns.map(one => one.group))]
  return (
    <>
      {groups.map(group => {
        const own = columns.filter(one => one.group === group)
        const others = chosen.filter(key => !own.some(one => one.key === key))
        const taken = own.filter(one => chosen.includes(one.key)).map(one => one.key)
        return (
          <div key={group} className="by-stack-xs">
            <Checkbox
              checked={taken.length === own.length}
              indeterminate={taken.length > 0 && taken.length < own.length}
              onChange={event => onChange([...others, ...(event.target.checked ? own.map(one => one.key) : [])])}
            >
              <b>{group}</b>
            </Checkbox>
            <Checkbox.Group
              value={taken}
              onChange={keys => onChange([...others, ...(keys as string[])])}
              style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(148px, 1fr))', gap: 4 }}
            >
              {own.map(one => (
                <Checkbox key={one.key} value={one.key}>
                  {one.name}
                </Checkbox>
              ))}
            </Checkbox.Group>
          </div>
        )
      })}
    </>
  )
}
