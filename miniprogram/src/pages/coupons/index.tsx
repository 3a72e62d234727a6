import { View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useCallback, useState } from 'react'
import { call } from '../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { Tabs } from '../../components/form.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { Empty } from '../../components/states.tsx'
import { type Coupon, CouponTicket } from '../../components/ticket.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { PagesFoot, usePages } from '../../hooks/use-pages.tsx'
import { useRefresh } from '../../hooks/use-refresh.ts'

type Show = 'usable' | 'used' | 'expired'

const EMPTY: Record<Show, { title: string; text: string }> = {
  usable: { title: '没有可用的券', text: '领到的券会放在这里，快过期的排在最前面。' },
  used: { title: '还没有用过券', text: '用掉的券会留在这里，可以查到在哪家店用的。' },
  expired: { title: '没有过期的券', text: '过期和作废的券会留在这里。' },
}

export default function CouponsPage() {
  return (
    <OpenGate>
      <Coupons />
    </OpenGate>
  )
}

function Coupons() {
  const [show, setShow] = useState<Show>('usable')
  return (
    <Screen title="我的优惠券">
      <Tabs
        tabs={[
          { key: 'usable', text: '可使用' },
          { key: 'used', text: '已使用' },
          { key: 'expired', text: '已过期' },
        ]}
        value={show}
        onChange={setShow}
      />
      <List key={show} show={show} />
    </Screen>
  )
}

function List({ show }: { show: Show }) {
  const now = useNow(60_000)
  const pages = usePages<Coupon, { items: Coupon[]; total: number }>(
    useCallback(
      (page, pageSize) => call('coupons.mine', { page, pageSize, status: show === 'usable' ? undefined : show }),
      [show],
    ),
  )
  useRefresh(pages.reload)
  // Without a status the server puts usable ones first; what is over has its own tabs.
  const shown =
    show === 'usable' ? pages.items.filter(coupon => ['available', 'pending', 'locked'].includes(coupon.status)) : pages.items
  if (!pages.isLoading && !pages.error && shown.length === 0) {
    return (
      <Empty
        {...EMPTY[show]}
        action={
          show === 'usable' && (
            <Button
              text="去领券中心"
              kind="plain"
              size="small"
              onTap={() => void Taro.navigateTo({ url: '/pages/centre/index' })}
            />
          )
        }
      />
    )
  }
  return (
    <>
      <View className="section">
        {shown.map(coupon => (
          <CouponTicket
            key={coupon.id}
            coupon={coupon}
            now={now}
            onTap={() => void Taro.navigateTo({ url: `/pages/coupons/detail?id=${coupon.id}` })}
          />
        ))}
      </View>
      <PagesFoot
        pages={show === 'usable' && shown.length < pages.items.length ? { ...pages, hasMore: false } : pages}
        skeleton={[92, 92, 92]}
      />
    </>
  )
}
