import { CheckCircleFilled, RightOutlined } from '@ant-design/icons'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { useMay, useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'

/** What a fresh installation needs before its first customer, in order; done steps tick themselves. */
export function FirstSteps() {
  const may = useMay()
  const { brands, stores } = useMe()
  const connections = useCall('connections.list', {}, { enabled: may('connections.list') })
  const codes = useCall('livecodes.list', { pageSize: 1 }, { enabled: may('livecodes.list') })
  const steps = [
    {
      isDone: brands.length > 0 && stores.length > 0,
      to: '/admin/stores?tab=brands',
      title: t('建品牌和门店', 'Create a brand and its stores'),
      text: t('客户、券和权限都按它们划开。', 'People, coupons and permissions are divided by them.'),
    },
    {
      isDone: (connections.data?.length ?? 0) > 0,
      to: '/admin/connections/new',
      title: t('连接企业微信和小程序', 'Connect WeCom and the mini program'),
      text: t('每一步用真实调用验证，缺什么直接说。', 'Every step is checked with a real call.'),
    },
    {
      isDone: (codes.data?.total ?? 0) > 0,
      to: '/admin/live-codes/new',
      title: t('做第一张渠道活码', 'Make the first live code'),
      text: t('客户扫它加店员、入会、领券。', 'People scan it to meet staff, join and get a coupon.'),
    },
    {
      isDone: false,
      to: '/admin/imports/new?kind=orders',
      title: t('导入历史订单（可选）', 'Import past orders (optional)'),
      text: t('老客户带着消费记录一起进来。', 'Old customers come with what they bought.'),
    },
  ]
  return (
    <Panel title={t('从这里开始', 'Begin here')} isFlush>
      <ol className="by-list">
        {steps.map((step, at) => (
          <li key={step.to}>
            <Link to={step.to} className="by-row" style={{ color: 'inherit', gap: 12 }}>
              {step.isDone ? (
                <CheckCircleFilled className="by-green" style={{ fontSize: 20 }} aria-label={t('已完成', 'Done')} />
              ) : (
                <span className="by-step-no by-num">{at + 1}</span>
              )}
              <span className="by-grow by-stack-xs">
                <b className={step.isDone ? 'by-soft' : undefined}>{step.title}</b>
                <span className="by-small by-soft">{step.text}</span>
              </span>
              <RightOutlined className="by-faint" style={{ fontSize: 11 }} />
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
