import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { queryClient } from '../api/hooks.ts'
import { brandNow, keepBrand } from '../api/session.ts'
import { t } from '../i18n.ts'
import { useMe } from './me.ts'

/** Looks at this brand from now on, or at all of them (null). Everything is read again. */
export function chooseBrand(brandId: number | null) {
  keepBrand(brandId)
  queryClient.clear()
  // Ids in the address belong to the old brand: lists stay, single things go back to their list.
  location.assign(location.pathname.replace(/\/\d+(\/.*)?$/, ''))
}

/** For which brand one is looking. A change reads everything again. */
export function BrandSwitch() {
  const { brands } = useMe()
  const current = brands.find(brand => brand.id === brandNow()) ?? (brands.length === 1 ? brands[0] : undefined)
  if (brands.length <= 1) return current ? <span className="by-strong by-clip">{current.name}</span> : null
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectedKeys: [String(current?.id ?? 0)],
        items: [
          { key: '0', label: t('全部品牌', 'All brands') },
          ...brands.map(brand => ({
            key: String(brand.id),
            label: (
              <span className="by-row">
                <i style={{ width: 10, height: 10, borderRadius: 3, background: brand.color, display: 'inline-block' }} />{' '}
                {brand.name}
              </span>
            ),
          })),
        ],
        onClick: ({ key }) => chooseBrand(Number(key) || null),
      }}
    >
      <Button type="text" style={{ paddingInline: 8, fontWeight: 600 }} aria-label={t('切换品牌', 'Switch brand')}>
        {current && <i style={{ width: 10, height: 10, borderRadius: 3, background: current.color, display: 'inline-block' }} />}
        {current?.name ?? t('全部品牌', 'All brands')} <DownOutlined style={{ fontSize: 10 }} />
      </Button>
    </Dropdown>
  )
}
