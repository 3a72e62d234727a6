import { Select } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Input } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { useMe } from '../app/me.ts'
import { useRested } from '../app/palette.tsx'
import { t } from '../i18n.ts'
import { useSubjectTypes } from '../segments/subject-type.tsx'
import type { ItemOf, ListName } from './list/types.ts'

type Choice = { value: number; label: string; note?: ReactNode; isOff?: boolean }
type Bound<V> = {
  value?: V
  onChange?: (value: V) => void
  id?: string
  disabled?: boolean
  placeholder?: string
  style?: React.CSSProperties
}
type One = Bound<number | null | undefined>
type Many = Bound<number[]>

type RemoteProps<N extends ListName> = {
  name: N
  input?: Partial<Input<N>>
  choice: (item: ItemOf<N>) => Choice
  mode?: 'multiple'
  /** Choices that must be named although the search did not bring them. */
  extra?: Choice[]
  value?: number | number[] | null
  onChange?: (value: never) => void
  id?: string
  disabled?: boolean
  placeholder?: string
  style?: React.CSSProperties
}

/** A select over a list endpoint: searches on the server, names what is chosen. */
export function RemoteSelect<N extends ListName>({
  name,
  input,
  choice,
  mode,
  extra = [],
  value,
  onChange,
  ...rest
}: RemoteProps<N>) {
  // One number or several, as `mode` says; a cleared single choice is null, as the contract writes it.
  const tell = onChange as ((value: unknown) => void) | undefined
  const [text, setText] = useState('')
  const search = useRested(text.trim(), 250)
  const query = useCall(name, { page: 1, pageSize: 50, ...(search ? { search } : {}), ...input } as unknown as Input<N>, {
    keepPrevious: true,
    staleTime: 30_000,
  })
  const items = ((query.data as { items: ItemOf<N>[] } | undefined)?.items ?? []).map(choice)
  const known = new Set(items.map(item => item.value))
  const options = [...items, ...extra.filter(item => !known.has(item.value))]
  return (
    <Select
      allowClear
      mode={mode}
      showSearch={{ filterOption: false, onSearch: setText }}
      labelRender={({ label, value }) => label ?? (query.isFetching ? '…' : `#${value}`)}
      loading={query.isFetching}
      style={{ width: '100%' }}
      maxTagCount="responsive"
      notFoundContent={
        query.error ? t('没有加载成功', 'Did not load') : query.isFetching ? t('加载中…', 'Loading…') : t('没有结果', 'Nothing')
      }
      options={options.map(option => ({ value: option.value, label: option.label, disabled: option.isOff, note: option.note }))}
      optionRender={option => (
        <span className="by-row by-between">
          <span className="by-clip">{option.label}</span>
          {option.data.note && <span className="by-small by-soft by-nowrap">{option.data.note}</span>}
        </span>
      )}
      {...rest}
      value={value ?? undefined}
      onChange={next => tell?.(next ?? (mode ? [] : null))}
    />
  )
}

/** Stores are few and come with `auth.me`: no call is needed. */
export function StorePicker({ brandId, ...rest }: One & { brandId?: number | null }) {
  return (
    <Select
      allowClear
      placeholder={t('全部门店', 'All stores')}
      style={{ width: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
      options={useStores(brandId)}
      {...rest}
      value={rest.value ?? undefined}
      onChange={value => rest.onChange?.((value as number | undefined) ?? null)}
    />
  )
}

/** `brandIds`: stores of these brands only; of every brand when there is none. */
export function StoresPicker({ brandId, brandIds, ...rest }: Many & { brandId?: number | null; brandIds?: number[] }) {
  const all = useStores(brandId, brandIds)
  return (
    <Select
      mode="multiple"
      allowClear
      placeholder={t('全部门店', 'All stores')}
      style={{ width: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
      options={all}
      maxTagCount={6}
      {...rest}
    />
  )
}

function useStores(brandId?: number | null, brandIds: number[] = []) {
  return useMe()
    .stores.filter(store => !brandId || store.brandId === brandId)
    .filter(store => brandIds.length === 0 || brandIds.includes(store.brandId))
    .map(store => ({ value: store.id, label: store.name }))
}

export function BrandPicker(props: One) {
  const { brands } = useMe()
  return (
    <Select
      allowClear
      placeholder={t('全部品牌', 'All brands')}
      style={{ width: '100%' }}
      options={brands.map(brand => ({ value: brand.id, label: brand.name }))}
      {...props}
      value={props.value ?? undefined}
      onChange={value => props.onChange?.((value as number | undefined) ?? null)}
    />
  )
}

export function StaffsPicker({ storeId, placeholder, ...rest }: Many & { storeId?: number | null }) {
  const chosen = useCall(
    'staff.list',
    { ids: rest.value ?? [], pageSize: 200 },
    { enabled: Boolean(rest.value?.length), staleTime: 60_000 },
  )
  return (
    <RemoteSelect
      extra={(chosen.data?.items ?? []).map(staff => ({
        value: staff.id,
        label: staff.name,
        note: staff.whyNotUsable ?? undefined,
      }))}
      name="staff.list"
      mode="multiple"
      input={{ status: 'active', pageSize: 200, ...(storeId ? { storeId } : {}) }}
      choice={staff => ({ value: staff.id, label: staff.name, note: staff.whyNotUsable ?? staff.storeName ?? undefined })}
      placeholder={placeholder ?? t('选择员工', 'Choose staff')}
      {...rest}
    />
  )
}

/** `typeId`: only segments of things of this type, or of people when null; all of them, with what they hold, when left out. */
export function SegmentPicker({ typeId, ...props }: One & { typeId?: number | null }) {
  const types = useSubjectTypes()
  const chosen = useCall(
    'segments.get',
    { segmentId: props.value ?? 0 },
    { enabled: Boolean(props.value), staleTime: 60_000, retry: false },
  )
  return (
    <RemoteSelect
      extra={chosen.data ? [{ value: chosen.data.id, label: chosen.data.name }] : []}
      name="segments.list"
      input={typeId === undefined ? {} : { typeId }}
      choice={segment => ({
        value: segment.id,
        label: segment.name,
        note: typeId === undefined && segment.typeId !== null ? types.nameOf(segment.typeId) : undefined,
      })}
      placeholder={t('选择人群', 'Choose a segment')}
      {...props}
    />
  )
}

/** `isByHand`: only those of people that somebody may put on. */
export function TagPicker({ isByHand, ...props }: One & { isByHand?: boolean }) {
  return (
    <RemoteSelect
      name="tags.list"
      input={isByHand ? { kind: 'manual' } : {}}
      choice={tag => ({ value: tag.id, label: tag.name })}
      placeholder={t('选择标签', 'Choose a tag')}
      {...props}
    />
  )
}

export function TagsPicker(props: Many) {
  return (
    <RemoteSelect
      name="tags.list"
      mode="multiple"
      input={{ pageSize: 200 }}
      choice={tag => ({ value: tag.id, label: tag.name })}
      placeholder={t('选择标签', 'Choose tags')}
      {...props}
    />
  )
}

export function CouponBatchPicker({ isGrantable, ...props }: One & { isGrantable?: boolean }) {
  const chosen = useCall(
    'couponBatches.get',
    { batchId: props.value ?? 0 },
    { enabled: Boolean(props.value), staleTime: 60_000, retry: false },
  )
  return (
    <RemoteSelect
      extra={chosen.data ? [{ value: chosen.data.id, label: chosen.data.name }] : []}
      name="couponBatches.list"
      input={{ status: 'published', ...(isGrantable ? { isGrantable } : {}) }}
      choice={batch => ({ value: batch.id, label: batch.name, note: `${batch.headline} · ${batch.conditionText}` })}
      placeholder={t('选择优惠券', 'Choose a coupon')}
      {...props}
    />
  )
}

/** One subject of a type, by its title or a unique value. */
export function SubjectPicker(props: {
  typeId: number
  value: number | null
  onChange: (subjectId: number | null) => void
  placeholder?: string
}) {
  const { typeId, value, onChange, placeholder } = props
  return (
    <RemoteSelect
      name="subjects.list"
      input={{ typeId }}
      choice={subject => ({ value: subject.id, label: subject.title })}
      placeholder={placeholder ?? t('名称或唯一编号', 'Name or a unique number')}
      value={value}
      onChange={onChange as (value: never) => void}
    />
  )
}

/** One customer by anything one may know of him. */
export function PersonPicker(props: One) {
  const [text, setText] = useState('')
  const q = useRested(text.trim(), 250)
  const found = useCall('people.find', { q: q || '-', limit: 10 }, { enabled: q.length > 0, keepPrevious: true })
  return (
    <Select
      allowClear
      showSearch={{ filterOption: false, onSearch: setText }}
      style={{ width: '100%' }}
      placeholder={t('姓名、手机号或后四位、会员号', 'Name, phone or its last four digits, member number')}
      notFoundContent={q ? t('没有找到', 'Nobody found') : t('输入姓名、手机号或会员号', 'Type a name, phone or member number')}
      options={(q ? (found.data?.items ?? []) : []).map(person => ({
        value: person.id,
        label: [person.name ?? t('未留姓名', 'No name'), person.phoneMasked, person.tierName].filter(Boolean).join(' · '),
      }))}
      {...props}
      value={props.value ?? undefined}
      onChange={value => props.onChange?.((value as number | undefined) ?? null)}
    />
  )
}
