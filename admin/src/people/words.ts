import { t } from '../i18n.ts'

/** Names of identifier types and sources, as operators say them. Types added as rows bring their own name. */
export const identifierName = (type: string, zh?: string): string =>
  ({
    memberNumber: t('会员号', 'Member number'),
    unionid: 'UnionID',
    externalUserid: t('企微外部联系人', 'WeCom contact'),
    phone: t('手机号', 'Phone'),
    openid: 'OpenID',
    email: t('邮箱', 'E-mail'),
    thirdParty: t('第三方账号', 'Third-party account'),
    device: t('设备', 'Device'),
  })[type] ??
  zh ??
  type

const sources: Record<string, [string, string]> = {
  miniProgram: ['小程序', 'Mini program'],
  wecom: ['企业微信', 'WeCom'],
  officialAccount: ['服务号', 'Official account'],
  wechat: ['微信', 'WeChat'],
  staff: ['店员录入', 'Staff'],
  api: ['接口', 'API'],
  apiKey: ['接口', 'API'],
  liveCode: ['渠道活码', 'Live code'],
  livecode: ['渠道活码', 'Live code'],
  welcome: ['欢迎语卡片', 'Welcome card'],
  centre: ['领券中心', 'Coupon centre'],
  purchase: ['购买', 'Purchase'],
  join: ['入会', 'Joining'],
  rule: ['规则', 'Rule'],
  subjects: ['业务主体', 'Subjects'],
  computed: ['计算', 'Computed'],
  import: ['文件导入', 'Import'],
  members: ['会员', 'Members'],
  operator: ['后台', 'Admin'],
  sample: ['演示数据', 'Sample'],
}

export function sourceName(source: string): string {
  const known = sources[source]
  if (known) return t(...known)
  if (source.startsWith('import:')) return t('文件导入', 'Import')
  return source || '—'
}

export const genderName = (gender: string) => ({ male: t('男', 'Male'), female: t('女', 'Female') })[gender] ?? null

export const personName = (name: string | null | undefined) => name || t('微信用户', 'WeChat user')

export const purposeName = (purpose: string) =>
  ({ privacy: t('隐私政策', 'Privacy'), service: t('服务通知', 'Service'), marketing: t('营销信息', 'Marketing') })[purpose] ??
  purpose

export const consentChannelName = (channel: string) =>
  ({
    any: t('全部渠道', 'Every channel'),
    template: t('服务号模板', 'Template'),
    subscribe: t('订阅消息', 'Subscribe'),
    wecom: t('企业微信', 'WeCom'),
    sms: t('短信', 'SMS'),
  })[channel] ?? channel
