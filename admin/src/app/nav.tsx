import {
  ApiOutlined,
  AppstoreOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DatabaseOutlined,
  FunnelPlotOutlined,
  GiftOutlined,
  QrcodeOutlined,
  SendOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { t } from '../i18n.ts'

export type NavPage = {
  path: string
  label: string
  /** The endpoint one must be allowed to call to see the page. */
  needs: string
  /** Other words one may type to find it. */
  words?: string
}
export type NavGroup = { key: string; label: string; icon: ReactNode; pages: NavPage[] }

const page = (path: string, label: string, needs: string, words?: string): NavPage => ({
  path: `/admin${path}`,
  label,
  needs,
  words,
})

/** Navigation by what people do. The same list feeds the menu, the jump box and the guards. */
export function navGroups(): NavGroup[] {
  return [
    {
      key: 'overview',
      label: t('概览', 'Overview'),
      icon: <AppstoreOutlined />,
      pages: [page('', t('概览', 'Overview'), 'overview.get', 'dashboard home')],
    },
    {
      key: 'people',
      label: t('客户', 'People'),
      icon: <ContactsOutlined />,
      pages: [
        page('/people', t('客户列表', 'People'), 'people.list', 'customers 360'),
        page('/reviews', t('身份审核', 'Identity reviews'), 'reviews.list', 'OneID merge 合并'),
        page('/tags', t('标签', 'Tags'), 'tags.list'),
      ],
    },
    {
      key: 'segments',
      label: t('人群', 'Segments'),
      icon: <FunnelPlotOutlined />,
      pages: [
        page('/segments', t('人群', 'Segments'), 'segments.list', '圈选 分群'),
        page('/lifecycle', t('生命周期', 'Lifecycle'), 'lifecycle.get', '阶段 迁移 潜客 新客 活跃 沉睡 流失 stages migration'),
      ],
    },
    {
      key: 'livecodes',
      label: t('渠道活码', 'Live codes'),
      icon: <QrcodeOutlined />,
      pages: [
        page('/live-codes', t('活码', 'Live codes'), 'livecodes.list', 'QR 二维码'),
        page('/live-codes/report', t('渠道报表', 'Report'), 'livecodes.report', 'channel'),
        page('/live-codes/batches', t('批量与打印', 'Batches and print'), 'livecodes.batches', 'print poster 海报'),
      ],
    },
    {
      key: 'members',
      label: t('会员', 'Members'),
      icon: <TeamOutlined />,
      pages: [
        page('/members', t('会员列表', 'Members'), 'members.list'),
        page('/member-rules', t('等级与积分', 'Tiers and points'), 'tiers.list', '规则 rules'),
      ],
    },
    {
      key: 'coupons',
      label: t('优惠券', 'Coupons'),
      icon: <GiftOutlined />,
      pages: [
        page('/coupons', t('券批次', 'Batches'), 'couponBatches.list'),
        page('/coupons/claims', t('领取与核销', 'Claims'), 'coupons.list', 'redeem code 券码'),
        page('/coupons/purchases', t('购买与退款', 'Purchases'), 'coupons.purchases', 'refund pay'),
      ],
    },
    {
      key: 'messages',
      label: t('触达', 'Reach'),
      icon: <SendOutlined />,
      pages: [
        page('/messages', t('消息群发', 'Campaigns'), 'campaigns.list', '发送 send'),
        page('/notices', t('服务通知', 'Service notices'), 'notices.list'),
        page('/message-templates', t('消息模板', 'Templates'), 'messageTemplates.list'),
        page('/reach-settings', t('频控与免打扰', 'Caps and quiet hours'), 'reachSettings.get'),
      ],
    },
    {
      key: 'desk',
      label: t('客服台', 'Service desk'),
      icon: <CustomerServiceOutlined />,
      pages: [page('/desk', t('客服台', 'Service desk'), 'desk.find', '为什么 券 积分')],
    },
    {
      key: 'data',
      label: t('数据', 'Data'),
      icon: <DatabaseOutlined />,
      pages: [
        page('/orders', t('订单', 'Orders'), 'orders.list', '退款'),
        page('/subjects', t('业务主体', 'Subject types'), 'subjectTypes.list', '车辆 房屋 经销商 线索 vehicle house dealer lead'),
        page('/track-plan', t('埋点计划', 'Tracking plan'), 'trackPlan.list', '行为 tracks'),
        page('/imports', t('导入', 'Imports'), 'imports.list', 'CSV XLSX 上传'),
        page('/exports', t('导出', 'Exports'), 'exports.list', 'CSV XLSX 下载'),
        page('/connections', t('平台连接', 'Connections'), 'connections.list', '微信 企业微信 公众号 小程序 支付'),
      ],
    },
    {
      key: 'organisation',
      label: t('组织', 'Organisation'),
      icon: <ApiOutlined />,
      pages: [
        page('/stores', t('品牌与门店', 'Brands and stores'), 'stores.list'),
        page('/staff', t('员工', 'Staff'), 'staff.list', '导购 店员'),
        page('/contact-scale', t('外部联系人规模', 'Contact scale'), 'contacts.scale', '企微 好友 对账'),
      ],
    },
    {
      key: 'settings',
      label: t('设置', 'Settings'),
      icon: <SettingOutlined />,
      pages: [
        page('/operators', t('操作员', 'Operators'), 'operators.list', '账号'),
        page('/roles', t('角色', 'Roles'), 'roles.list', '权限'),
        page('/identity-rules', t('身份规则', 'Identity rules'), 'blockedValues.list', 'OneID 屏蔽'),
        page('/consent-texts', t('协议文本', 'Consent texts'), 'consent.texts', '隐私'),
        page('/api-keys', t('API 密钥', 'API keys'), 'apiKeys.list'),
        page('/limits', t('平台限额', 'Platform limits'), 'limits.list'),
        page('/audit', t('审计', 'Audit'), 'audit.list', '日志 log'),
        page('/dead-letters', t('失败任务', 'Dead letters'), 'deadLetters.list', '重跑'),
      ],
    },
  ]
}

export function groupOf(pathname: string): { group: NavGroup; page: NavPage } | null {
  let best: { group: NavGroup; page: NavPage } | null = null
  for (const group of navGroups())
    for (const one of group.pages) {
      const isMatch =
        pathname === one.path || pathname.startsWith(`${one.path}/`) || (one.path === '/admin' && pathname === '/admin/')
      if (
        isMatch &&
        (!best || one.path.length > best.page.path.length) &&
        (one.path !== '/admin' || /^\/admin\/?$/.test(pathname))
      )
        best = { group, page: one }
    }
  return best
}
