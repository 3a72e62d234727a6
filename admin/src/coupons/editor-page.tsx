import { Alert, App, Button, Form, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { fieldErrorsOf, sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { DraftBar } from '../parts/draft-bar.tsx'
import { Page } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { type BatchFields, fieldsOf, inputOf, newFields } from './editor-fields.ts'
import { CostSection, RuleSection, StockSection, ValueSection } from './editor-sections.tsx'
import { CouponPreview } from './preview.tsx'
import type { BatchDetail } from './words.tsx'

export function CouponEditorPage() {
  const { batchId } = useParams()
  const batch = useCall('couponBatches.get', { batchId: Number(batchId) }, { enabled: Boolean(batchId) })
  return (
    <Page
      title={batchId ? t('修改优惠券', 'Edit the coupon') : t('新建优惠券', 'New coupon')}
      back={
        batchId
          ? { to: `/admin/coupons/${batchId}`, label: batch.data?.name ?? t('优惠券', 'Coupon') }
          : { to: '/admin/coupons', label: t('优惠券', 'Coupons') }
      }
    >
      {batchId ? (
        <Loaded of={batch} skeleton={<Skeleton active />}>
          {data => <Editor batch={data} />}
        </Loaded>
      ) : (
        <Editor />
      )}
    </Page>
  )
}

function Editor({ batch }: { batch?: BatchDetail }) {
  const [form] = Form.useForm<BatchFields>()
  const { message } = App.useApp()
  const may = useMay()
  const navigate = useNavigate()
  const brandId = useBrandId()
  const [failure, setFailure] = useState<string | null>(null)
  const [isPublishing, setPublishing] = useState(false)
  const draft = useDraft(batch ? `coupon.${batch.id}` : 'coupon.new', form)
  const create = useCommand('couponBatches.create')
  const update = useCommand('couponBatches.update')
  const publish = useCommand('couponBatches.publish')
  const initial = useMemo(() => (batch ? fieldsOf(batch) : newFields()), [batch])
  const isFixed = batch !== undefined && batch.status !== 'draft'

  const save = async (thenPublish: boolean) => {
    setFailure(null)
    const fields = await form.validateFields().catch(() => null)
    if (!fields) return form.scrollToField(form.getFieldsError().find(one => one.errors.length)?.name ?? [], { block: 'center' })
    setPublishing(thenPublish)
    try {
      const input = inputOf({ ...initial, ...fields })
      // A published batch keeps value, minimum, price and validity: sending them again would be refused.
      const { value: _value, thresholdFen: _minimum, priceFen: _price, validity: _validity, ...changeable } = input
      const saved = batch
        ? await update.mutateAsync({ batchId: batch.id, changes: isFixed ? changeable : input })
        : await create.mutateAsync({ ...input, brandId: brandId ?? undefined })
      if (thenPublish) await publish.mutateAsync({ batchId: saved.id })
      draft.discard()
      message.success(thenPublish ? t('已发布', 'Published') : t('已保存', 'Saved'))
      navigate(`/admin/coupons/${saved.id}`)
    } catch (error) {
      setFailure(sentenceOf(error))
      form.setFields(
        Object.entries(fieldErrorsOf(error)).map(([name, text]) => ({
          name: name.replace(/^changes\./, '').split('.') as never,
          errors: [text],
        })),
      )
      document.querySelector('#main')?.scrollTo({ top: 0, behavior: 'smooth' })
    } finally {
      setPublishing(false)
    }
  }
  const isBusy = create.isPending || update.isPending || publish.isPending
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onValuesChange={draft.keep}
      disabled={isBusy}
    >
      <div className="by-editor">
        <div className="by-stack">
          {failure && <Alert type="error" showIcon title={failure} />}
          {isFixed && (
            <Alert
              type="info"
              showIcon
              title={t(
                '已发布的券不能改面额、门槛、价格和有效期，库存只能增加：领到手的人看到的要和当初一样。',
                'A published coupon keeps its value, minimum, price and validity; stock may only grow.',
              )}
            />
          )}
          <ValueSection isFixed={isFixed} />
          <StockSection isFixed={isFixed} stockMin={isFixed ? (batch?.stock ?? 1) : 1} />
          <RuleSection />
          <CostSection />
          <DraftBar
            draft={draft}
            onDiscard={() => {
              draft.discard()
              form.resetFields()
            }}
          >
            <Button type={isFixed ? 'primary' : 'default'} onClick={() => save(false)} loading={isBusy && !isPublishing}>
              {batch ? t('保存', 'Save') : t('存为草稿', 'Save as a draft')}
            </Button>
            {!isFixed && may('couponBatches.publish') && (
              <Button type="primary" onClick={() => save(true)} loading={isPublishing}>
                {t('发布', 'Publish')}
              </Button>
            )}
          </DraftBar>
        </div>
        <aside className="by-editor-preview">
          <CouponPreview form={form} />
        </aside>
      </div>
    </Form>
  )
}
