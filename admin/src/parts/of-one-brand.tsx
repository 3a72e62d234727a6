import { ShopOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { chooseBrand } from '../app/brand-switch.tsx'
import { useBrandId, useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { EmptyState } from './states.tsx'

/** What every brand has of its own: asks for which one while all of them are in view. */
export function OfOneBrand({ children }: { children: ReactNode }) {
  const { brands } = useMe()
  if (useBrandId() !== null) return <>{children}</>
  return (
    <section className="by-panel">
      {brands.length === 0 ? (
        <EmptyState
          icon={<ShopOutlined />}
          title={t('还没有品牌', 'No brand yet')}
          text={t('先建一个品牌，这里的内容属于它。', 'Create a brand first: what is here belongs to it.')}
          action={
            <Link to="/admin/stores?tab=brands">
              <Button type="primary">{t('新建品牌', 'New brand')}</Button>
            </Link>
          }
        />
      ) : (
        <EmptyState
          icon={<ShopOutlined />}
          title={t('看哪个品牌的？', 'Of which brand?')}
          text={t('每个品牌各有一份，互不影响。', 'Every brand has its own.')}
          action={brands.map(brand => (
            <Button key={brand.id} onClick={() => chooseBrand(brand.id)}>
              <i style={{ width: 10, height: 10, borderRadius: 3, background: brand.color }} /> {brand.name}
            </Button>
          ))}
        />
      )}
    </section>
  )
}
