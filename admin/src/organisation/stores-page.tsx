import { PlusOutlined } from '@ant-design/icons'
import { Button, Tabs } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { Page } from '../parts/page.tsx'
import { BrandPicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { BrandEditor, StoreEditor } from './org-editors.tsx'

export type Brand = Output<'brands.list'>['items'][number]
export type Store = Output<'stores.list'>['items'][number]

export const storeKindName = (kind: Store['kind']) =>
  ({ direct: t('直营', 'Direct'), dealer: t('经销', 'Dealer'), online: t('线上', 'Online') })[kind]

export function StoresPage() {
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const tab = params.get('tab') ?? 'stores'
  const [store, setStore] = useState<Store | 'new' | null>(null)
  const [brand, setBrand] = useState<Brand | 'new' | null>(null)
  const isStores = tab === 'stores'
  const create = isStores
    ? may('stores.create') && (
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setStore('new')}>
          {t('新建门店', 'New store')}
        </Button>
      )
    : may('brands.create') && (
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setBrand('new')}>
          {t('新建品牌', 'New brand')}
        </Button>
      )
  return (
    <Page
      title={t('品牌与门店', 'Brands and stores')}
      text={t('权限和数据都按品牌和门店划开。', 'Permissions and data follow brands and stores.')}
      actions={create}
    >
      <Tabs
        activeKey={tab}
        onChange={value => setParams({ tab: value }, { replace: true })}
        items={[
          { key: 'stores', label: t('门店', 'Stores') },
          { key: 'brands', label: t('品牌', 'Brands') },
        ]}
        style={{ marginBottom: -16 }}
      />
      {isStores ? <StoreList create={create} onEdit={setStore} /> : <BrandList create={create} onEdit={setBrand} />}
      {store && <StoreEditor store={store === 'new' ? null : store} onClose={() => setStore(null)} />}
      {brand && <BrandEditor brand={brand === 'new' ? null : brand} onClose={() => setBrand(null)} />}
    </Page>
  )
}

function StoreList({ create, onEdit }: { create: React.ReactNode; onEdit: (store: Store) => void }) {
  const may = useMay()
  const confirm = useConfirm()
  const { brandName } = useNames()
  const update = useCommand('stores.update', { refreshes: ['stores.', 'auth.me'] })
  return (
    <List
      name="stores.list"
      rowKey={row => row.id}
      searchHint={t('门店名称、编码、城市', 'Name, code, city')}
      exportName={t('门店', 'stores')}
      columns={[
        { key: 'name', sort: 'name', title: t('门店', 'Store'), text: row => row.name, render: row => <b>{row.name}</b> },
        { key: 'code', sort: 'code', title: t('编码', 'Code'), text: row => row.code, render: row => <code>{row.code}</code> },
        { key: 'brand', sort: 'brandId', title: t('品牌', 'Brand'), text: row => brandName(row.brandId) },
        { key: 'kind', sort: 'kind', title: t('类型', 'Kind'), text: row => storeKindName(row.kind) },
        { key: 'city', sort: 'city', title: t('城市', 'City'), text: row => row.city },
        { key: 'address', title: t('地址', 'Address'), text: row => row.address, isExtra: true },
        { key: 'phone', title: t('电话', 'Phone'), text: row => row.phone, isExtra: true },
        {
          key: 'isActive',
          title: t('状态', 'Status'),
          text: row => (row.isActive ? t('营业中', 'Open') : t('已停用', 'Off')),
          render: row => (
            <Pill tone={row.isActive ? 'good' : 'plain'}>{row.isActive ? t('营业中', 'Open') : t('已停用', 'Off')}</Pill>
          ),
        },
      ]}
      filters={[
        {
          key: 'brandId',
          label: t('品牌', 'Brand'),
          render: (value, set) => (
            <BrandPicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
          ),
          chip: value => brandName(Number(value)),
          toInput: value => ({ brandId: Number(value) }),
        },
        {
          key: 'kind',
          label: t('类型', 'Kind'),
          options: (['direct', 'dealer', 'online'] as const).map(value => ({ value, label: storeKindName(value) })),
        },
        {
          key: 'isActive',
          label: t('状态', 'Status'),
          options: [
            { value: 'yes', label: t('营业中', 'Open') },
            { value: 'no', label: t('已停用', 'Off') },
          ],
          toInput: value => ({ isActive: value === 'yes' }),
        },
      ]}
      rowActions={row =>
        may('stores.update') && (
          <>
            <Button size="small" type="text" onClick={() => onEdit(row)}>
              {t('修改', 'Edit')}
            </Button>
            <Button
              size="small"
              type="text"
              danger={row.isActive}
              onClick={() =>
                confirm({
                  title: row.isActive
                    ? t(`停用「${row.name}」？`, `Switch off ${row.name}?`)
                    : t(`恢复「${row.name}」？`, `Switch on ${row.name}?`),
                  consequence: row.isActive
                    ? t(
                        '它不再出现在选择列表里，店员不能再用它核销和录单；历史数据保留。',
                        'It leaves every picker; history stays.',
                      )
                    : t('它会重新出现在选择列表里。', 'It comes back to the pickers.'),
                  verb: row.isActive ? t('停用', 'Switch off') : t('恢复', 'Switch on'),
                  isDanger: row.isActive,
                  run: () => update.mutateAsync({ storeId: row.id, isActive: !row.isActive }),
                })
              }
            >
              {row.isActive ? t('停用', 'Switch off') : t('恢复', 'Switch on')}
            </Button>
          </>
        )
      }
      empty={<EmptyState title={t('还没有门店', 'No stores yet')} action={create} />}
    />
  )
}

function BrandList({ create, onEdit }: { create: React.ReactNode; onEdit: (brand: Brand) => void }) {
  const may = useMay()
  return (
    <List
      name="brands.list"
      prefix="b_"
      rowKey={row => row.id}
      columns={[
        {
          key: 'name',
          sort: 'name',
          title: t('品牌', 'Brand'),
          text: row => row.name,
          render: row => (
            <span className="by-row">
              <i style={{ width: 16, height: 16, borderRadius: 4, background: row.color }} />
              <b>{row.name}</b>
            </span>
          ),
        },
        { key: 'code', sort: 'code', title: t('编码', 'Code'), text: row => row.code, render: row => <code>{row.code}</code> },
        {
          key: 'isActive',
          title: t('状态', 'Status'),
          text: row => String(row.isActive),
          render: row => (
            <Pill tone={row.isActive ? 'good' : 'plain'}>{row.isActive ? t('启用', 'Active') : t('已停用', 'Off')}</Pill>
          ),
        },
        {
          key: 'createdAt',
          sort: 'createdAt',
          title: t('创建', 'Created'),
          text: row => row.createdAt,
          render: row => <Time at={row.createdAt} />,
        },
      ]}
      rowActions={row =>
        may('brands.update') && (
          <Button size="small" type="text" onClick={() => onEdit(row)}>
            {t('修改', 'Edit')}
          </Button>
        )
      }
      empty={<EmptyState title={t('还没有品牌', 'No brands yet')} action={create} />}
    />
  )
}
