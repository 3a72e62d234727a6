import { PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { Link, useNavigate } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { CheckBadge } from './check-steps.tsx'
import { type Connection, type Type, typeName, typeWhy } from './shapes.ts'

const TYPES: Type[] = ['wecom', 'miniProgram', 'officialAccount', 'merchant']

export function ConnectionsPage() {
  const may = useMay()
  const navigate = useNavigate()
  const connections = useCall('connections.list', {})
  const add = may('connections.update') && (
    <Dropdown
      trigger={['click']}
      menu={{
        items: TYPES.map(type => ({
          key: type,
          label: typeName(type),
          onClick: () => navigate(`/admin/connections/new?type=${type}`),
        })),
      }}
    >
      <Button type="primary" icon={<PlusOutlined />}>
        {t('连接账号', 'Connect')}
      </Button>
    </Dropdown>
  )
  return (
    <Page
      title={t('平台连接', 'Connections')}
      text={t(
        '每一步都用真实调用去验证，缺什么、去哪里补，会直接告诉您。',
        'Each step is checked with a real call, and what is missing is named.',
      )}
      actions={add}
    >
      <Loaded of={connections}>
        {items =>
          items.length === 0 ? (
            <div className="by-panel">
              <EmptyState
                title={t('还没有连接任何平台账号', 'Nothing is connected yet')}
                text={t(
                  '先连企业微信，渠道活码就能用；再连小程序，客户就能入会领券。',
                  'Connect WeCom for live codes, then the mini program for joining.',
                )}
                action={add}
              />
            </div>
          ) : (
            <div className="by-stack">
              {TYPES.map(type => {
                const ours = items.filter(one => one.type === type)
                return (
                  <section key={type} className="by-panel">
                    <div className="by-panel-head">
                      <h2>
                        {typeName(type)} <span className="by-soft by-small">{typeWhy(type)}</span>
                      </h2>
                    </div>
                    {ours.length === 0 ? (
                      <div className="by-row by-between" style={{ padding: 16 }}>
                        <span className="by-soft">{t('还没有连接', 'Not connected')}</span>
                        {may('connections.update') && (
                          <Link to={`/admin/connections/new?type=${type}`}>{t('去连接', 'Connect')}</Link>
                        )}
                      </div>
                    ) : (
                      <ul className="by-list">
                        {ours.map(one => (
                          <Row key={one.id} connection={one} />
                        ))}
                      </ul>
                    )}
                  </section>
                )
              })}
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function Row({ connection }: { connection: Connection }) {
  const { brandName } = useNames()
  return (
    <li>
      <Link to={`/admin/connections/${connection.id}`} className="by-row by-between by-wrap" style={{ color: 'inherit' }}>
        <span className="by-stack-xs by-grow" style={{ minWidth: 200 }}>
          <b>{connection.name}</b>
          <span className="by-small by-soft">
            <code>{connection.externalId}</code> · {connection.brandId ? brandName(connection.brandId) : t('集团共用', 'Shared')}
          </span>
        </span>
        <span className="by-small by-soft">
          {t('更新于', 'Updated')} <Time at={connection.updatedAt} />
        </span>
        {connection.isActive ? <CheckBadge connectionId={connection.id} /> : <Pill>{t('已停用', 'Off')}</Pill>}
      </Link>
    </li>
  )
}
