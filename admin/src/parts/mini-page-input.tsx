import { AutoComplete } from 'antd'
import { t } from '../i18n.ts'

type Props = { id?: string; value?: string | null; onChange?: (value: string) => void; maxLength: number; placeholder: string }

/** Where a tap leads: a page of the mini-program by its name, or whatever address one types. */
export function MiniPageInput({ id, value, onChange, maxLength, placeholder }: Props) {
  const options = pages().map(([path, name]) => ({
    value: path,
    label: (
      <span className="by-row by-between">
        {name} <code className="by-small by-faint">{path}</code>
      </span>
    ),
  }))
  return (
    <AutoComplete
      id={id}
      value={value ?? ''}
      onChange={text => onChange?.((text ?? '').slice(0, maxLength))}
      options={options}
      allowClear
      placeholder={placeholder}
      style={{ width: '100%' }}
    />
  )
}

const pages = (): [path: string, name: string][] => [
  ['pages/home/index', t('会员首页', 'Member home')],
  ['pages/join/index', t('加入会员', 'Join')],
  ['pages/centre/index', t('领券中心', 'Coupon centre')],
  ['pages/coupons/index', t('我的优惠券', 'My coupons')],
  ['pages/member/points', t('积分明细', 'Points')],
  ['pages/member/tiers', t('等级权益', 'Tiers')],
  ['pages/member/profile', t('我的资料', 'My profile')],
]
