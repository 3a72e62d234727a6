import { FIELDS } from '@banyan/shared'
import { Alert, App, Button, Checkbox, InputNumber, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { SegmentPicker } from '../parts/pickers.tsx'

type Identifier = 'phoneSha256' | 'phoneMd5' | 'openid' | 'clickId'
const BOUGHT_DAYS = 30
const SEED = 10_000

/** What a pack for an ad platform holds and whom it leaves out. Who has not agreed to marketing is never in it. */
export function AudienceDialog({ segment, onClose }: { segment: Output<'segments.get'>; onClose: () => void }) {
  const { message } = App.useApp()
  const me = useMe()
  const start = useCommand('segments.exportAudience', { refreshes: ['exports.', 'work.'] })
  const [identifier, setIdentifier] = useState<Identifier>('phoneSha256')
  const [appId, setAppId] = useState<string | null>(null)
  const [adPlatform, setAdPlatform] = useState<string | null>(null)
  const [excluded, setExcluded] = useState<number | null>(null)
  const [days, setDays] = useState<number | null>(null)
  const [size, setSize] = useState<number | null>(null)
  const begin = async () => {
    await start.mutateAsync({
      segmentId: segment.id,
      identifier,
      ...(identifier === 'openid' && appId !== null ? { appId } : {}),
      ...(identifier === 'clickId' && adPlatform !== null ? { adPlatform } : {}),
      excludeSegmentIds: excluded === null ? [] : [excluded],
      ...(days === null ? {} : { excludeBoughtDays: days }),
      ...(size === null ? {} : { sizeMax: size }),
    })
    message.success(
      <>
        {t('正在生成人群包，', 'The pack is being written. ')}
        <Link to="/admin/exports">{t('到「导出」里下载', 'Download it under Exports')}</Link>
      </>,
      6,
    )
    onClose()
  }
  return (
    <Modal
      open
      title={t('广告人群包', 'Audience pack')}
      onCancel={onClose}
      footer={
        <div className="by-row by-between by-wrap">
          <span className="by-small by-soft">{t('导出和下载都会记入审计', 'Exports and downloads are audited')}</span>
          <Button type="primary" loading={start.isPending} onClick={() => void begin().catch(() => undefined)}>
            {t('生成人群包', 'Make the pack')}
          </Button>
        </div>
      }
    >
      <div className="by-stack">
        {start.error && <Alert type="error" showIcon title={sentenceOf(start.error)} />}
        <span className="by-soft">
          {t(
            '上传到广告平台用。只写入同意营销的客户；没写入的人数和原因会列在导出记录里。',
            'For upload to an ad platform. Only people who agreed to marketing are in it; the export says how many were left out and why.',
          )}
        </span>
        <Radio.Group
          value={identifier}
          onChange={event => setIdentifier(event.target.value)}
          style={{ display: 'grid', gap: 6 }}
          options={[
            { value: 'phoneSha256', label: t('手机号 SHA-256（不带 +86）', 'Phone, SHA-256 (without +86)') },
            { value: 'phoneMd5', label: t('手机号 MD5（不带 +86）', 'Phone, MD5 (without +86)') },
            { value: 'clickId', label: t('最近的广告点击 ID', 'Latest ad click id') },
            {
              value: 'openid',
              disabled: !me.mayReveal,
              label: me.mayReveal
                ? t('OpenID（明文）', 'Openid (in clear)')
                : t('OpenID（您的角色不能查看）', 'Openid (not for your role)'),
            },
          ]}
        />
        {identifier === 'openid' && <AppChoice segmentId={segment.id} value={appId} onChange={setAppId} />}
        {identifier === 'clickId' && (
          <Choice label={t('哪个广告平台', 'Of which ad platform')}>
            <Select
              allowClear
              value={adPlatform}
              onChange={value => setAdPlatform(value ?? null)}
              placeholder={t('全部平台', 'Every platform')}
              options={FIELDS.lastAdPlatform.choices.map(one => ({ value: one.value, label: t(one.zh, one.en) }))}
              aria-label={t('哪个广告平台', 'Of which ad platform')}
            />
          </Choice>
        )}
        <Wish
          label={t('排除最近买过的人', 'Leave out recent buyers')}
          isOn={days !== null}
          onSwitch={isOn => setDays(isOn ? BOUGHT_DAYS : null)}
        >
          <InputNumber
            min={1}
            max={730}
            precision={0}
            value={days}
            onChange={setDays}
            suffix={t('天内', 'days')}
            aria-label={t('天数', 'Days')}
          />
        </Wish>
        <Wish
          label={t('只要一部分，作相似扩展的种子', 'Only a seed for look-alikes')}
          isOn={size !== null}
          onSwitch={isOn => setSize(isOn ? SEED : null)}
        >
          <InputNumber
            min={1}
            max={5_000_000}
            precision={0}
            value={size}
            onChange={setSize}
            suffix={t('人', 'people')}
            aria-label={t('人数', 'Size')}
          />
        </Wish>
        <Choice label={t('排除另一个人群', 'Leave out another segment')}>
          <SegmentPicker value={excluded} onChange={value => setExcluded(value ?? null)} />
        </Choice>
      </div>
    </Modal>
  )
}

/** One person has another openid under every account, so the pack must name whose. */
function AppChoice({
  segmentId,
  value,
  onChange,
}: {
  segmentId: number
  value: string | null
  onChange: (appId: string) => void
}) {
  const accounts = useCall('segments.audienceAccounts', { segmentId })
  if (accounts.error) return <Alert type="error" showIcon title={sentenceOf(accounts.error)} />
  const label = t('哪个账号的 OpenID', 'Openids of which account')
  return (
    <Choice label={label} hint={t('要和广告平台里绑定的账号一致', 'The account that the ad platform knows')}>
      <Select
        loading={accounts.isPending}
        value={value ?? accounts.data?.[0]?.appId}
        onChange={onChange}
        options={(accounts.data ?? []).map(one => ({
          value: one.appId,
          label: `${one.name} · ${one.type === 'miniProgram' ? t('小程序', 'mini program') : t('服务号', 'official account')} · ${one.appId}`,
        }))}
        notFoundContent={t('这个品牌还没有连接小程序或服务号', 'The brand has no mini program or official account yet')}
        aria-label={label}
      />
    </Choice>
  )
}

function Choice({ label, hint, children }: { label: string; hint?: string; children: React.ReactNode }) {
  return (
    <div className="by-stack-xs">
      <span>{label}</span>
      {children}
      {hint && <span className="by-small by-soft">{hint}</span>}
    </div>
  )
}

function Wish({
  label,
  isOn,
  onSwitch,
  children,
}: {
  label: string
  isOn: boolean
  onSwitch: (isOn: boolean) => void
  children: React.ReactNode
}) {
  return (
    <div className="by-row by-wrap by-between" style={{ minHeight: 32 }}>
      <Checkbox checked={isOn} onChange={event => onSwitch(event.target.checked)}>
        {label}
      </Checkbox>
      {isOn && children}
    </div>
  )
}
