import { Alert, App, Button, Drawer, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMay, useMe, useNames } from '../app/me.ts'
import { date } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { OfOneBrand } from '../parts/of-one-brand.tsx'
import { Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { purposeName } from '../people/words.ts'

type Text = Output<'consent.texts'>['items'][number]

export function ConsentTextsPage() {
  const may = useMay()
  const brandId = useBrandId()
  const { brandName } = useNames()
  const texts = useCall('consent.texts', { ...(brandId ? { brandId } : {}), isCurrentOnly: false }, { enabled: brandId !== null })
  const [open, setOpen] = useState<Text | 'new' | null>(null)
  const create = brandId !== null && may('consentTexts.create') && (
    <Button type="primary" onClick={() => setOpen('new')}>
      {t('发布新版本', 'Publish a version')}
    </Button>
  )
  return (
    <Page
      title={t('协议文本', 'Consent texts')}
      text={t(
        '客户同意的是哪一版，会跟着他的同意一起留下；旧版本永不改动。',
        'Each agreement keeps the version it was given to; old versions never change.',
      )}
      actions={create}
    >
      <OfOneBrand>
        <section className="by-panel">
          <Loaded of={texts}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyState
                  title={t('还没有协议文本', 'No texts yet')}
                  text={t('至少发布一份隐私政策，客户才能入会。', 'Publish a privacy policy before people can join.')}
                  action={create}
                />
              ) : (
                <ul className="by-list">
                  {items.map(text => (
                    <li key={text.id} className="by-row by-between by-wrap">
                      <span className="by-stack-xs">
                        <span className="by-row">
                          <b>{text.title}</b>
                          {text.isCurrent ? <Pill tone="good">{t('当前', 'Current')}</Pill> : <Pill>{t('旧版', 'Old')}</Pill>}
                        </span>
                        <span className="by-small by-soft">
                          {purposeName(text.purpose)} · {brandName(text.brandId)} · {t('版本', 'version')} {text.version} ·{' '}
                          {date(text.publishedAt)}
                        </span>
                      </span>
                      <Button size="small" onClick={() => setOpen(text)}>
                        {t('查看', 'Read')}
                      </Button>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </section>
      </OfOneBrand>
      {open === 'new' && <TextEditor onClose={() => setOpen(null)} />}
      {open && open !== 'new' && (
        <Drawer open size={620} title={`${open.title} · ${open.version}`} onClose={() => setOpen(null)}>
          <div style={{ whiteSpace: 'pre-wrap', lineHeight: 1.8 }}>{open.body}</div>
        </Drawer>
      )}
    </Page>
  )
}

function TextEditor({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp()
  const { brands } = useMe()
  const brandHere = useBrandId()
  const [form] = Form.useForm()
  const create = useCommand('consentTexts.create', { refreshes: ['consent.', 'consentTexts.'] })
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      await create.mutateAsync(fields)
      message.success(t('已发布', 'Published'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Drawer
      open
      size={620}
      title={t('发布新版本', 'Publish a version')}
      onClose={onClose}
      extra={
        <Button type="primary" onClick={submit} loading={create.isPending}>
          {t('发布', 'Publish')}
        </Button>
      }
    >
      <Alert
        type="info"
        showIcon
        title={t(
          '发布后不能再改；需要修改就发布更新的版本。',
          'It cannot be changed afterwards; publish a newer version instead.',
        )}
        style={{ marginBottom: 16 }}
      />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ brandId: brandHere ?? brands[0]?.id, purpose: 'privacy' }}
      >
        <Form.Item name="brandId" label={t('品牌', 'Brand')} rules={[{ required: true }]}>
          <Select options={brands.map(brand => ({ value: brand.id, label: brand.name }))} />
        </Form.Item>
        <Form.Item name="purpose" label={t('用途', 'Purpose')}>
          <Select options={['privacy', 'service', 'marketing'].map(value => ({ value, label: purposeName(value) }))} />
        </Form.Item>
        <Form.Item
          name="version"
          label={t('版本号', 'Version')}
          rules={[{ required: true, message: t('请填写版本号', 'Required') }]}
        >
          <Input maxLength={40} placeholder="2026-11" />
        </Form.Item>
        <Form.Item name="title" label={t('标题', 'Title')} rules={[{ required: true, message: t('请填写标题', 'Required') }]}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="body" label={t('正文', 'Text')} rules={[{ required: true, message: t('请填写正文', 'Required') }]}>
          <Input.TextArea autoSize={{ minRows: 12, maxRows: 30 }} maxLength={20_000} showCount />
        </Form.Item>
      </Form>
    </Drawer>
  )
}
