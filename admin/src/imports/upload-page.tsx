import { InboxOutlined } from '@ant-design/icons'
import { Alert, Button, Progress, Radio, Upload } from 'antd'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { fieldLabel } from '../selection/groups.ts'
import { uploadFile } from './upload-file.ts'
import { bytes } from './words.tsx'

/** First step: what it is, and the file. It streams up with a progress bar, and can be stopped. */
export function ImportUploadPage() {
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const kinds = useCall('imports.kinds', {})
  const kind = params.get('kind') ?? kinds.data?.[0]?.name
  const [sending, setSending] = useState<{ name: string; size: number; share: number; stop: () => void } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const send = async (file: File) => {
    if (!kind) return
    setFailure(null)
    const upload = uploadFile(kind, file, share => setSending(now => now && { ...now, share }))
    setSending({ name: file.name, size: file.size, share: 0, stop: upload.stop })
    try {
      const { importId } = await upload.done
      navigate(`/admin/imports/${importId}`)
    } catch (error) {
      setFailure(sentenceOf(error))
    } finally {
      setSending(null)
    }
  }
  return (
    <Page title={t('上传文件', 'Upload a file')} back={{ to: '/admin/imports', label: t('导入', 'Imports') }}>
      <div style={{ maxWidth: 820 }} className="by-stack">
        {failure && <Alert type="error" showIcon title={t('没有上传成功', 'The upload failed')} description={failure} />}
        <Panel title={t('1. 导入什么', '1. What is it')}>
          <Loaded of={kinds}>
            {items => (
              <div className="by-stack-s">
                <Radio.Group
                  value={kind}
                  onChange={event => setParams({ kind: event.target.value }, { replace: true })}
                  options={items.map(item => ({ value: item.name, label: fieldLabel(item) }))}
                  optionType="button"
                  disabled={Boolean(sending)}
                />
                <Fields fields={items.find(item => item.name === kind)?.fields ?? []} />
              </div>
            )}
          </Loaded>
        </Panel>
        <Panel title={t('2. 选择文件', '2. The file')}>
          {sending ? (
            <div>
              <div className="by-row by-between">
                <span className="by-clip">
                  {sending.name} <span className="by-soft">{bytes(sending.size)}</span>
                </span>
                <Button size="small" onClick={sending.stop}>
                  {t('取消上传', 'Cancel')}
                </Button>
              </div>
              <Progress percent={Math.round(sending.share * 100)} status="active" />
            </div>
          ) : (
            <Upload.Dragger
              accept=".csv,.xlsx,.txt,.gz"
              showUploadList={false}
              beforeUpload={file => {
                void send(file)
                return false
              }}
              disabled={!kind}
            >
              <p style={{ fontSize: 32 }} className="by-green">
                <InboxOutlined />
              </p>
              <p>{t('把文件拖到这里，或点击选择', 'Drop a file here, or click')}</p>
              <p className="by-small by-soft">
                {t(
                  'CSV 或 XLSX；第一行是列名。文件里的客户信息会加密保存。',
                  'CSV or XLSX, the first row with the names of the columns.',
                )}
              </p>
            </Upload.Dragger>
          )}
        </Panel>
      </div>
    </Page>
  )
}

type Field = { key: string; zh: string; en: string; isRequired: boolean }

const FIELDS_SHOWN = 14

/** Those that must be there first; a long list is opened by whoever wants it. */
function Fields({ fields }: { fields: Field[] }) {
  const [isAll, setAll] = useState(false)
  const names = [...fields].sort((a, b) => Number(b.isRequired) - Number(a.isRequired))
  const distinct = names.filter((one, at) => names.findIndex(other => fieldLabel(other) === fieldLabel(one)) === at)
  const shown = isAll ? distinct : distinct.slice(0, FIELDS_SHOWN)
  return (
    <div className="by-small by-soft">
      {t('认得的列：', 'Known columns: ')}
      {shown.map((field, index) => (
        <span key={field.key}>
          {index > 0 && t('、', ', ')}
          {fieldLabel(field)}
          {field.isRequired && <b className="by-red">*</b>}
        </span>
      ))}
      {distinct.length > shown.length && (
        <Button type="link" size="small" style={{ padding: 0, marginInlineStart: 8 }} onClick={() => setAll(true)}>
          {t(`全部 ${distinct.length} 列`, `all ${distinct.length}`)}
        </Button>
      )}
    </div>
  )
}
