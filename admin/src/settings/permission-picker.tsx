import { type Access, endpoints } from '@banyan/shared'
import { Checkbox, Collapse } from 'antd'
import { t } from '../i18n.ts'

/** What each group of endpoints is, in the words of the trade. Groups without a word show their own name. */
const groupNames = (): Record<string, string> => ({
  overview: t('概览', 'Overview'),
  people: t('客户', 'People'),
  profiles: t('全景画像', 'Profiles'),
  identity: t('身份合并', 'Identity'),
  reviews: t('身份审核', 'Reviews'),
  identityTypes: t('身份规则', 'Identity types'),
  blockedValues: t('屏蔽值', 'Blocked values'),
  consent: t('授权', 'Consent'),
  consentTexts: t('协议文本', 'Consent texts'),
  tags: t('标签', 'Tags'),
  segments: t('人群', 'Segments'),
  selection: t('圈选条件', 'Selection'),
  tracks: t('行为', 'Tracks'),
  trackPlan: t('埋点计划', 'Tracking plan'),
  livecodes: t('渠道活码', 'Live codes'),
  members: t('会员', 'Members'),
  memberAuth: t('手机号费用', 'Phone cost'),
  tiers: t('等级', 'Tiers'),
  points: t('积分', 'Points'),
  pointRules: t('积分规则', 'Point rules'),
  couponBatches: t('券批次', 'Coupon batches'),
  coupons: t('优惠券', 'Coupons'),
  orders: t('订单', 'Orders'),
  campaigns: t('消息群发', 'Campaigns'),
  messageTemplates: t('消息模板', 'Templates'),
  messageChannels: t('消息渠道', 'Channels'),
  messageVariables: t('消息变量', 'Variables'),
  messages: t('消息记录', 'Messages'),
  subscriptions: t('订阅额度', 'Credits'),
  notices: t('服务通知', 'Notices'),
  reachSettings: t('频控', 'Caps'),
  desk: t('客服台', 'Service desk'),
  boards: t('门店看板', 'Store board'),
  imports: t('导入', 'Imports'),
  connections: t('平台连接', 'Connections'),
  brands: t('品牌', 'Brands'),
  stores: t('门店', 'Stores'),
  staff: t('员工', 'Staff'),
  contacts: t('好友关系', 'Contacts'),
  operators: t('操作员', 'Operators'),
  roles: t('角色', 'Roles'),
  apiKeys: t('API 密钥', 'API keys'),
  settings: t('设置', 'Settings'),
  limits: t('平台限额', 'Limits'),
  audit: t('审计', 'Audit'),
  deadLetters: t('失败任务', 'Dead letters'),
  work: t('运行中的任务', 'Running work'),
})

/** Groups and single endpoints, taken from the contract itself: what is added there is offered here. */
export function PermissionPicker({
  value = [],
  onChange,
  access,
}: {
  value?: string[]
  onChange?: (value: string[]) => void
  access: Access
}) {
  const names = groupNames()
  const groups = groupsFor(access)
  const isAll = value.includes('*')
  const set = (next: string[]) => onChange?.(next)
  return (
    <div className="by-stack-s">
      <Checkbox checked={isAll} onChange={event => set(event.target.checked ? ['*'] : [])}>
        <b>{t('全部（包括以后新增的）', 'Everything, and whatever is added later')}</b>
      </Checkbox>
      {!isAll && (
        <Collapse
          size="small"
          items={groups.map(([group, actions]) => {
            const wildcard = `${group}.*`
            const hasAll = value.includes(wildcard)
            const chosen = actions.filter(action => value.includes(action)).length
            const toggleGroup = (isOn: boolean) =>
              set([...value.filter(one => !one.startsWith(`${group}.`)), ...(isOn ? [wildcard] : [])])
            return {
              key: group,
              label: names[group] ?? group,
              extra: (
                // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the click from folding the panel
                // biome-ignore lint/a11y/useKeyWithClickEvents: the checkbox inside takes the keys
                <span onClick={event => event.stopPropagation()}>
                  {!hasAll && chosen > 0 && (
                    <span className="by-small by-soft">
                      {chosen}/{actions.length}{' '}
                    </span>
                  )}
                  <Checkbox
                    checked={hasAll}
                    indeterminate={!hasAll && chosen > 0}
                    onChange={event => toggleGroup(event.target.checked)}
                    aria-label={names[group] ?? group}
                  />
                </span>
              ),
              children: (
                <div className="by-stack-s">
                  {actions.map(action => (
                    <Checkbox
                      key={action}
                      checked={hasAll || value.includes(action)}
                      disabled={hasAll}
                      onChange={event => set(event.target.checked ? [...value, action] : value.filter(one => one !== action))}
                    >
                      <code>{action}</code>{' '}
                      <span className="by-small by-soft">{endpoints[action as keyof typeof endpoints].summary}</span>
                    </Checkbox>
                  ))}
                </div>
              ),
            }
          })}
        />
      )}
    </div>
  )
}

function groupsFor(access: Access): [string, string[]][] {
  const groups = new Map<string, string[]>()
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (!endpoint.access.includes(access) || name.startsWith('auth.')) continue
    const group = name.split('.')[0] ?? name
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return [...groups]
}
