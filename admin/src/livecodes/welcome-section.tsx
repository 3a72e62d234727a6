import { welcomeVariables } from '@banyan/shared'
import { Form, Input, Switch } from 'antd'
import { t } from '../i18n.ts'
import { ImageInput } from '../parts/image-input.tsx'
import { MiniPageInput } from '../parts/mini-page-input.tsx'
import { Panel } from '../parts/page.tsx'
import { CouponBatchPicker } from '../parts/pickers.tsx'
import { VariableText } from '../parts/variable-text.tsx'
import { fieldLabel } from '../selection/groups.ts'
import type { LiveCodeFields } from './editor-fields.ts'
import type { Kind } from './words.tsx'

/** What the customer gets within a second: text, picture, and the card that carries the promise. */
export function WelcomeSection({ kind }: { kind: Kind }) {
  const form = Form.useFormInstance<LiveCodeFields>()
  const card = Form.useWatch(['welcome', 'card'], { form, preserve: true })
  const setCard = (isOn: boolean) =>
    form.setFieldValue(
      ['welcome', 'card'],
      isOn ? { title: t('领取您的新人礼', 'Your welcome gift'), coverImageId: null, couponBatchId: null, page: null } : null,
    )
  const isOpening = kind === 'miniProgram'
  return (
    <Panel
      title={isOpening ? t('打开后看到', 'What opens') : t('欢迎语', 'Welcome')}
      extra={!isOpening && <span className="by-small by-soft">{t('加上好友一秒内发出', 'Sent within a second')}</span>}
    >
      {!isOpening && (
        <Form.Item name={['welcome', 'text']} label={t('文字', 'Text')}>
          <VariableText
            rows={4}
            maxLength={1500}
            variables={welcomeVariables.map(one => ({ name: one.name, label: fieldLabel(one) }))}
          />
        </Form.Item>
      )}
      {kind === 'wecom' && (
        <Form.Item
          name={['welcome', 'imageId']}
          label={t('图片', 'Image')}
          extra={t('JPG 或 PNG，不超过 2 MB', 'JPG or PNG, at most 2 MB')}
        >
          <ImageInput />
        </Form.Item>
      )}
      <div className="by-row" style={{ marginBottom: 12 }}>
        <Switch size="small" checked={Boolean(card)} onChange={setCard} id="welcome-card" />
        <label htmlFor="welcome-card">
          {isOpening
            ? t('指定第一屏的券', 'Choose the coupon of the first screen')
            : t('附上小程序卡片（带券）', 'Attach a mini-program card with a coupon')}
        </label>
      </div>
      {card && (
        <div className="by-grid" style={{ gap: '0 16px' }}>
          <div className="span-6">
            <Form.Item
              name={['welcome', 'card', 'title']}
              label={isOpening ? t('第一屏标题', 'Title of the first screen') : t('卡片标题', 'Card title')}
              rules={[{ required: true, message: t('请填写标题', 'Enter a title') }]}
              extra={t('最多 64 个字节，约 21 个汉字', 'At most 64 bytes, about 21 Chinese characters')}
            >
              <Input maxLength={64} />
            </Form.Item>
          </div>
          <div className="span-6">
            <Form.Item
              name={['welcome', 'card', 'couponBatchId']}
              label={isOpening ? t('第一屏的优惠券', 'Coupon of the first screen') : t('卡片里的优惠券', 'Coupon in the card')}
              extra={t('打开小程序第一屏就是它', 'It is the first thing one sees')}
            >
              <CouponBatchPicker isGrantable />
            </Form.Item>
          </div>
          {kind === 'wecom' && (
            <div className="span-6">
              <Form.Item name={['welcome', 'card', 'coverImageId']} label={t('卡片封面', 'Cover')}>
                <ImageInput />
              </Form.Item>
            </div>
          )}
          <div className="span-6">
            <Form.Item
              name={['welcome', 'card', 'page']}
              label={t('打开的页面', 'Page')}
              style={{ marginBottom: 0 }}
              getValueFromEvent={(value: string) => value || null}
            >
              <MiniPageInput maxLength={200} placeholder={t('加入会员', 'Join')} />
            </Form.Item>
          </div>
        </div>
      )}
    </Panel>
  )
}
