import { Alert, App, Button, Form, Input, Skeleton, Switch } from 'antd'
import { useMemo, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { CopyButton } from '../parts/bits.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { BrandPicker } from '../parts/pickers.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { CheckSteps } from './check-steps.tsx'
import { type Connection, shapeOf, type Type, typeName } from './shapes.ts'

type Fields = {
  externalId: string
  name: string
  brandId: number | null
  isActive: boolean
  config: Record<string, string>
  secrets: Record<string, string>
}

/** The wizard: fill in, save, and watch each step being checked for real. */
export function ConnectionPage() {
  const { connectionId } = useParams()
  const [params] = useSearchParams()
  const connections = useCall('connections.list', {}, { enabled: Boolean(connectionId) })
  const back = { to: '/admin/connections', label: t('平台连接', 'Connections') }
  if (!connectionId) {
    const type = (params.get('type') as Type | null) ?? 'wecom'
    return (
      <Page title={t(`连接${typeName(type)}`, `Connect: ${typeName(type)}`)} back={back}>
        <Editor key={type} type={type} />
      </Page>
    )
  }
  const connection = connections.data?.find(one => one.id === Number(connectionId))
  return (
    <Page title={connection?.name ?? t('平台连接', 'Connection')} text={connection && typeName(connection.type)} back={back}>
      <Loaded of={connections} skeleton={<Skeleton active />}>
        {() =>
          connection ? (
            <Editor connection={connection} type={connection.type} />
          ) : (
            <EmptyState title={t('没有这个连接', 'No such connection')} />
          )
        }
      </Loaded>
    </Page>
  )
}

function Editor({ connection, type }: { connection?: Connection; type: Type }) {
  const shape = shapeOf(type)
  const may = useMay()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [form] = Form.useForm<Fields>()
  const [failure, setFailure] = useState<string | null>(null)
  const update = useCommand('connections.update')
  const externalId = Form.useWatch('externalId', form) || connection?.externalId || ''
  const initial = useMemo(
    (): Fields => ({
      externalId: connection?.externalId ?? '',
      name: connection?.name ?? '',
      brandId: connection?.brandId ?? null,
      isActive: connection?.isActive ?? true,
      config: Object.fromEntries(shape.config.map(field => [field.key, String(connection?.config[field.key] ?? '')])),
      secrets: {},
    }),
    [connection, shape],
  )
  const save = async (fields: Fields) => {
    setFailure(null)
    try {
      const saved = await update.mutateAsync({
        type,
        externalId: fields.externalId,
        name: fields.name,
        brandId: fields.brandId ?? null,
        isActive: fields.isActive,
        // Only what was typed is sent: an untouched secret stays as it is.
        secrets: Object.fromEntries(Object.entries(fields.secrets ?? {}).filter(([, value]) => value?.trim())),
        config: {
          ...connection?.config,
          ...Object.fromEntries(Object.entries(fields.config ?? {}).filter(([, value]) => value !== undefined)),
        },
      })
      message.success(t('已保存，正在检查', 'Saved; checking'))
      form.setFieldValue('secrets', {})
      navigate(`/admin/connections/${saved.id}`, { replace: true })
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  const callbackUrl = shape.callbackPath && externalId ? `${location.origin}${shape.callbackPath(externalId)}` : null
  return (
    <div className="by-grid">
      <div className="span-7">
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={initial}
          onFinish={save}
          disabled={!may('connections.update')}
          autoComplete="off"
        >
          <div className="by-stack">
            {failure && <Alert type="error" showIcon title={failure} />}
            <Panel title={t('账号', 'Account')}>
              <Form.Item
                name="externalId"
                label={shape.idLabel}
                extra={shape.idHint}
                rules={[{ required: true, message: t('请填写', 'Required') }]}
              >
                <Input disabled={Boolean(connection)} maxLength={64} />
              </Form.Item>
              <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
                <Input maxLength={64} placeholder={t('您自己认得的名字', 'As you call it')} />
              </Form.Item>
              <Form.Item
                name="brandId"
                label={t('属于哪个品牌', 'Brand')}
                extra={t('留空为集团共用', 'Shared by the group when empty')}
              >
                <BrandPicker placeholder={t('集团共用', 'Shared')} />
              </Form.Item>
              {shape.config.map(field => (
                <Form.Item key={field.key} name={['config', field.key]} label={field.label} extra={field.hint}>
                  <Input />
                </Form.Item>
              ))}
              <Form.Item name="isActive" label={t('启用', 'Active')} valuePropName="checked" style={{ marginBottom: 0 }}>
                <Switch />
              </Form.Item>
            </Panel>
            <Panel
              title={t('密钥', 'Secrets')}
              extra={<span className="by-small by-soft">{t('加密保存，之后不再显示', 'Kept encrypted, never shown again')}</span>}
            >
              {shape.secrets.map((field, index) => {
                const isSet = connection?.secretNames.includes(field.key)
                const placeholder = isSet ? t('已设置，留空不改', 'Set; leave empty to keep') : t('未设置', 'Not set')
                return (
                  <Form.Item
                    key={field.key}
                    name={['secrets', field.key]}
                    label={field.label}
                    extra={field.hint}
                    style={index === shape.secrets.length - 1 ? { marginBottom: 0 } : undefined}
                  >
                    {field.isLong ? (
                      <Input.TextArea rows={3} placeholder={placeholder} spellCheck={false} className="by-mono" />
                    ) : (
                      <Input.Password placeholder={placeholder} autoComplete="new-password" />
                    )}
                  </Form.Item>
                )
              })}
            </Panel>
            {callbackUrl && (
              <Panel title={t('回调地址', 'Callback address')}>
                <div className="by-row">
                  <code className="by-grow" style={{ overflowWrap: 'anywhere' }}>
                    {callbackUrl}
                  </code>
                  <CopyButton text={callbackUrl} label={t('复制', 'Copy')} />
                </div>
                <p className="by-small by-soft" style={{ marginTop: 6 }}>
                  {t(
                    '填到平台后台；公网地址与这里不同时，以部署的域名为准。',
                    'Enter it in the platform’s console, with your public domain.',
                  )}
                </p>
              </Panel>
            )}
            {may('connections.update') && (
              <div>
                <Button type="primary" htmlType="submit" loading={update.isPending}>
                  {connection ? t('保存并检查', 'Save and check') : t('连接并检查', 'Connect and check')}
                </Button>
              </div>
            )}
          </div>
        </Form>
      </div>
      <div className="span-5 by-stack">
        {connection && <CheckSteps connectionId={connection.id} />}
        <Panel title={t('在平台后台要做的', 'In the platform’s console')}>
          <ol style={{ margin: 0, paddingLeft: 18 }} className="by-stack-s">
            {shape.steps.map(step => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Panel>
      </div>
    </div>
  )
}
