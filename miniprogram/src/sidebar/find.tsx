import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import { type CallFailure, failureOf } from '../client/failure.ts'
import type { Output } from '../client/types.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Empty, Failure, Skeleton } from '../components/states.tsx'
import { Tap } from '../components/tap.tsx'
import { money } from '../words.ts'
import { Shell } from './shell.tsx'
import { staffCall } from './staff.ts'
import { wecom } from './wecom.ts'

type Row = Output<'people.find'>['items'][number]

const open = (personId: number) => void Taro.navigateTo({ url: `/sidebar/index?personId=${personId}` })

/** Ten seconds while the customer waits: last four digits, his member code, or a name. */
export default function FindPage() {
  const [words, setWords] = useState('')
  const [rows, setRows] = useState<Row[] | null>(null)
  const [isSearching, setSearching] = useState(false)
  const [error, setError] = useState<CallFailure | null>(null)

  const search = async (text: string) => {
    const q = text.replace(/\s/g, '')
    if (!q) return
    setSearching(true)
    setError(null)
    try {
      const { items } = await staffCall('people.find', { q, limit: 20 })
      setRows(items)
      if (items.length === 1 && items[0]) open(items[0].id)
    } catch (thrown) {
      setError(failureOf(thrown))
    } finally {
      setSearching(false)
    }
  }
  const scan = async () => {
    const text = await wecom.scan()
    if (!text) return
    setWords(text)
    await search(text)
  }

  return (
    <Shell place="find">
      <Field
        label="手机后四位、会员码、会员号、券码或姓名"
        value={words}
        maxLength={100}
        placeholder="例如 5678"
        onChange={setWords}
        onConfirm={() => void search(words)}
        isFocused
        after={
          <Tap className="field-act" label="扫会员码" onTap={() => void scan()}>
            <Icon name="scan" />
          </Tap>
        }
      />
      <Button
        text="找人"
        busyText="正在找"
        isBusy={isSearching}
        isDisabled={words.trim() === ''}
        onTap={() => void search(words)}
      />
      {isSearching && !rows && <Skeleton heights={[64, 64]} />}
      {error && <Failure error={error} onRetry={() => void search(words)} />}
      {rows && !error && rows.length === 0 && (
        <Empty title="没有找到" text="核对一下后四位，或请客人打开小程序出示会员码。不是会员的话，请他扫收银台的码入会。" />
      )}
      {rows && rows.length > 0 && !error && (
        <View className="panel block">
          {rows.map(row => (
            <PersonRow key={row.id} row={row} />
          ))}
        </View>
      )}
    </Shell>
  )
}

function PersonRow({ row }: { row: Row }) {
  return (
    <Tap
      className="row"
      role="link"
      label={`打开 ${row.name ?? '未留名客户'} ${row.phoneMasked ?? ''}`}
      onTap={() => open(row.id)}
    >
      <View className="row-words">
        <View className="row-title">
          {row.name ?? '未留名客户'} {row.tierName && <Text className="badge is-brand">{row.tierName}</Text>}
        </View>
        <View className="row-note figures">{[row.phoneMasked, row.memberNo].filter(Boolean).join('　') || '没有手机号'}</View>
      </View>
      <View className="row-value figures">
        {row.ordersCount > 0 ? `${row.ordersCount} 单 ${money(row.paidFen)}` : '还没买过'}
      </View>
      <Icon name="next" size={16} className="row-next" />
    </Tap>
  )
}
