import { Alert, Form, type FormInstance } from 'antd'
import { useCall } from '../api/hooks.ts'
import { useBrandId, useNames } from '../app/me.ts'
import { useRested } from '../app/palette.tsx'
import { t } from '../i18n.ts'
import { imageUrl } from '../parts/image-input.tsx'
import { Bubble, CouponFace, MiniCard, Phone } from '../parts/phone.tsx'
import type { LiveCodeFields } from './editor-fields.ts'
import type { Kind } from './words.tsx'

/** The customer's phone a second after the scan, with sample values; mistakes of the template below it. */
export function WelcomePreview({ form, kind }: { form: FormInstance<LiveCodeFields>; kind: Kind }) {
  const fields = Form.useWatch([], { form, preserve: true }) as LiveCodeFields | undefined
  const { brandName } = useNames()
  const brandId = useBrandId()
  const welcome = fields?.welcome
  const asked = useRested(
    JSON.stringify({
      welcome: { text: welcome?.text ?? '', imageId: welcome?.imageId ?? null, card: welcome?.card?.title ? welcome.card : null },
      remark: fields?.remark ?? '',
      storeId: fields?.storeId ?? null,
      name: fields?.name || undefined,
    }),
    300,
  )
  const preview = useCall('livecodes.previewWelcome', JSON.parse(asked), { keepPrevious: true })
  const batch = useCall(
    'couponBatches.get',
    { batchId: welcome?.card?.couponBatchId ?? 0 },
    { enabled: Boolean(welcome?.card?.couponBatchId), keepPrevious: true },
  )
  const brand = brandId ? brandName(brandId) : t('品牌', 'Brand')
  const face =
    batch.data && welcome?.card?.couponBatchId ? (
      <CouponFace
        headline={batch.data.headline}
        condition={batch.data.conditionText}
        name={batch.data.name}
        lines={[]}
        button={t('立即领取', 'Claim')}
      />
    ) : null

  return (
    <div className="by-stack-s">
      <Phone title={kind === 'wecom' ? t(`林晓 @${brand}`, `Lin Xiao @${brand}`) : brand}>
        {kind === 'miniProgram' ? (
          <div style={{ textAlign: 'center' }} className="by-stack">
            <h3 style={{ fontSize: 18, marginTop: 16 }}>{welcome?.card?.title ?? t('加入会员', 'Join')}</h3>
            {face}
            <div style={{ background: '#1F7A4D', color: '#fff', borderRadius: 22, height: 44, lineHeight: '44px' }}>
              {t('手机号一键入会', 'Join with my phone')}
            </div>
          </div>
        ) : (
          <>
            {preview.data?.text && <Bubble from={kind === 'wecom' ? t('林', 'L') : brand}>{preview.data.text}</Bubble>}
            {welcome?.imageId && (
              <div className="by-bubble">
                <b>{t('林', 'L')}</b>
                <img src={imageUrl(welcome.imageId)} alt="" />
              </div>
            )}
            {welcome?.card && (
              <MiniCard
                app={t(`${brand}会员中心`, `${brand} club`)}
                from={kind === 'wecom' ? t('林', 'L') : brand}
                title={preview.data?.cardTitle ?? welcome.card.title}
                cover={
                  welcome.card.coverImageId ? (
                    <img src={imageUrl(welcome.card.coverImageId)} alt="" />
                  ) : (
                    (preview.data?.cover && <img src={preview.data.cover} alt="" />) || (
                      <b style={{ color: '#17633E', fontSize: 26 }}>
                        {batch.data && welcome.card.couponBatchId ? batch.data.headline : t('新人礼', 'Gift')}
                      </b>
                    )
                  )
                }
              />
            )}
          </>
        )}
      </Phone>
      {preview.data?.errors.map(error => (
        <Alert key={error} type="warning" showIcon title={error} />
      ))}
      {kind === 'wecom' && preview.data?.remark && (
        <p className="by-small by-soft" style={{ textAlign: 'center' }}>
          {t(`客户备注会显示为「${preview.data.remark}」`, `The remark reads “${preview.data.remark}”`)}
        </p>
      )}
    </div>
  )
}
