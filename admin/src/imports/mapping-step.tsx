import { CheckCircleFilled, ExclamationCircleFilled, MinusCircleOutlined } from '@ant-design/icons'
import { Alert, Button, Select } from 'antd'
import { useEffect, useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { ListOptions } from '../segments/list-options.tsx'
import { type ImportOptions, OrderOptions } from './order-options.tsx'
import type { ImportKind, ImportRun } from './words.tsx'

const ENCODINGS = ['utf-8', 'gb18030', 'gbk', 'utf-16le', 'windows-1252', 'latin1']

/** Which column is which field; the first rows beside it, so that a wrong encoding is seen at once. */
export function MappingStep({ run, kind, onStarted }: { run: ImportRun; kind: ImportKind | undefined; onStarted: () => void }) {
  const [encoding, setEncoding] = useState<string | undefined>()
  const preview = useCall('imports.preview', { importId: run.id, encoding }, { keepPrevious: true })
  const start = useCommand('imports.start')
  const [mapping, setMapping] = useState<Record<string, string>>({})
  const [options, setOptions] = useState<ImportOptions>({})
  const suggested = preview.data?.suggestedMapping
  useEffect(() => {
    if (suggested) setMapping(suggested)
  }, [suggested])

  const missing = (kind?.fields ?? []).filter(field => field.isRequired && !mapping[field.key])
  const begin = async () => {
    await start.mutateAsync({ importId: run.id, mapping, encoding, options })
    onStarted()
  }
  return (
    <Loaded of={preview}>
      {({ columns, sampleRows, encoding: found }) => (
        <div className="by-stack">
          {start.error && <Alert type="error" showIcon title={sentenceOf(start.error)} />}
          <Panel
            title={t('哪一列是什么', 'Which column is what')}
            extra={
              <span className="by-row">
                <span className="by-soft by-small">{t('文字编码', 'Encoding')}</span>
                <Select
                  size="small"
                  style={{ width: 130 }}
                  value={encoding ?? found}
                  onChange={setEncoding}
                  options={[...new Set([found, ...ENCODINGS])].map(value => ({ value, label: value.toUpperCase() }))}
                />
              </span>
            }
          >
            <div className="by-mapping">
              {(kind?.fields ?? []).map(field => {
                const at = columns.indexOf(mapping[field.key] ?? '')
                return (
                  <div key={field.key} className="by-mapping-row">
                    <span className="by-row">
                      {mapping[field.key] ? (
                        <CheckCircleFilled className="by-green" />
                      ) : field.isRequired ? (
                        <ExclamationCircleFilled className="by-red" />
                      ) : (
                        <MinusCircleOutlined className="by-faint" />
                      )}
                      {t(field.zh, field.en)}
                      {field.isRequired && <b className="by-red">*</b>}
                    </span>
                    <Select
                      allowClear
                      value={mapping[field.key]}
                      placeholder={field.isRequired ? t('请选择列', 'Choose a column') : t('不导入', 'Not imported')}
                      status={field.isRequired && !mapping[field.key] ? 'error' : undefined}
                      showSearch
                      options={columns.map(column => ({ value: column, label: column }))}
                      onChange={(column?: string) =>
                        setMapping(({ [field.key]: _before, ...rest }) => (column ? { ...rest, [field.key]: column } : rest))
                      }
                      aria-label={t(field.zh, field.en)}
                    />
                    <span className="by-small by-soft by-clip">
                      {at >= 0
                        ? sampleRows
                            .slice(0, 3)
                            .map(row => row[at])
                            .filter(Boolean)
                            .join('，')
                        : ''}
                    </span>
                  </div>
                )
              })}
            </div>
          </Panel>
          {run.kind === 'segmentMembers' && <ListOptions value={options} onChange={setOptions} />}
          {run.kind === 'orders' && <OrderOptions value={options} onChange={setOptions} needsBrand={run.brandId === null} />}
          <Panel title={t('文件的前几行', 'The first rows')} isFlush>
            <div className="by-chart-table" style={{ padding: 12 }}>
              <table>
                <thead>
                  <tr>
                    {columns.map(column => (
                      <th
                        key={column}
                        style={{ textAlign: 'left' }}
                        className={Object.values(mapping).includes(column) ? 'by-green' : ''}
                      >
                        {column}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {sampleRows.map((row, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have only their place
                    <tr key={index}>
                      {columns.map((column, at) => (
                        <td key={column} style={{ textAlign: 'left' }}>
                          {row[at]}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
          <div className="by-editor-save">
            <span className="by-row by-wrap">
              <span className="by-small by-soft">
                {missing.length > 0
                  ? t(
                      `还缺：${missing.map(field => field.zh).join('、')}`,
                      `Missing: ${missing.map(field => field.en).join(', ')}`,
                    )
                  : t('可以开始了', 'Ready')}
              </span>
            </span>
            <Button
              type="primary"
              disabled={missing.length > 0 || !kind || (run.kind === 'orders' && run.brandId === null && !options.brandId)}
              loading={start.isPending}
              onClick={() => void begin().catch(() => undefined)}
            >
              {t('开始导入', 'Start')}
            </Button>
          </div>
        </div>
      )}
    </Loaded>
  )
}
