import { View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import { Button } from '../components/button.tsx'
import { Tabs } from '../components/form.tsx'
import { Empty, Failure, Loaded, Skeleton } from '../components/states.tsx'
import { useRefresh } from '../hooks/use-refresh.ts'
import { CouponsTab } from './customer/coupons-tab.tsx'
import { Head } from './customer/head.tsx'
import { OrdersTab } from './customer/orders-tab.tsx'
import { OverviewTab } from './customer/overview-tab.tsx'
import { RepliesTab } from './customer/replies-tab.tsx'
import { SendCoupon } from './customer/send-coupon.tsx'
import { TracksTab } from './customer/tracks-tab.tsx'
import { Shell } from './shell.tsx'
import { useAsk } from './staff.ts'
import { useCustomer } from './use-customer.ts'

export type Tab = 'overview' | 'coupons' | 'orders' | 'tracks' | 'replies'

export default function SidebarPage() {
  const customer = useCustomer()
  return (
    <Shell place="index">
      {customer.state === 'asking' && <Skeleton heights={[140, 72, 72, 160]} />}
      {customer.state === 'failed' && <Failure error={customer.error} onRetry={customer.retry} />}
      {customer.state === 'none' && (
        <Empty
          title="还没有打开客户聊天"
          text="在和客户的聊天里打开侧边栏，这里就是他的资料。也可以直接找人。"
          action={<Button text="找人" kind="plain" size="small" onTap={() => void Taro.reLaunch({ url: '/sidebar/find' })} />}
        />
      )}
      {customer.state === 'known' && <Customer personId={customer.personId} isInChat={customer.isInChat} />}
    </Shell>
  )
}

function Customer({ personId, isInChat }: { personId: number; isInChat: boolean }) {
  const profile = useAsk('profiles.get', { personId })
  const [tab, setTab] = useState<Tab>('overview')
  const [isSending, setSending] = useState(false)
  useRefresh(profile.reload) // back from recording a purchase or redeeming

  return (
    <Loaded asked={profile} skeleton={[140, 72, 72, 160]}>
      {data => (
        <>
          <Head profile={data} onSend={() => setSending(true)} onTab={setTab} />
          <Tabs
            tabs={[
              { key: 'overview', text: '概况' },
              { key: 'coupons', text: '券', count: data.coupons.filter(coupon => coupon.status === 'available').length },
              { key: 'orders', text: '订单', count: data.value.ordersCount },
              { key: 'tracks', text: '动态' },
              { key: 'replies', text: '话术' },
            ]}
            value={tab}
            onChange={setTab}
          />
          <View className="side-tab">
            {tab === 'overview' && <OverviewTab profile={data} onChanged={profile.reload} />}
            {tab === 'coupons' && <CouponsTab personId={personId} onSend={() => setSending(true)} onChanged={profile.reload} />}
            {tab === 'orders' && <OrdersTab personId={personId} onChanged={profile.reload} />}
            {tab === 'tracks' && <TracksTab personId={personId} />}
            {tab === 'replies' && <RepliesTab profile={data} isInChat={isInChat} />}
          </View>
          <SendCoupon
            person={{ id: personId, name: data.person.name ?? '客户' }}
            isOpen={isSending}
            isInChat={isInChat}
            onClose={() => setSending(false)}
            onSent={() => void profile.reload()}
          />
        </>
      )}
    </Loaded>
  )
}
