import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'

export type Connection = Output<'connections.list'>[number]
export type Type = Connection['type']

export const typeName = (type: Type) =>
  ({
    wecom: t('企业微信', 'WeCom'),
    miniProgram: t('小程序', 'Mini program'),
    officialAccount: t('服务号', 'Official account'),
    merchant: t('微信支付商户', 'WeChat Pay merchant'),
  })[type]
export const typeWhy = (type: Type) =>
  ({
    wecom: t('渠道活码、好友关系、侧边栏', 'Live codes, contacts, the sidebar'),
    miniProgram: t('入会、领券、订阅消息、小程序码', 'Joining, coupons, subscribe messages'),
    officialAccount: t('关注、模板消息、场景二维码', 'Followers, template messages, scene codes'),
    merchant: t('售卖优惠券、退款', 'Selling coupons, refunds'),
  })[type]

export type Shape = {
  idLabel: string
  idHint: string
  config: { key: string; label: string; hint?: string }[]
  secrets: { key: string; label: string; hint?: string; isLong?: boolean }[]
  /** Where the platform sends its callbacks; null when it is told per call. */
  callbackPath: ((externalId: string) => string) | null
  steps: string[]
}

/** What each platform asks for, and where in its console one finds it. */
export const shapeOf = (type: Type): Shape =>
  ({
    wecom: {
      idLabel: t('企业 ID', 'Corp id'),
      idHint: t('企业微信管理后台 → 我的企业 → 企业 ID，以 ww 开头', 'Console → My company, begins with ww'),
      config: [
        { key: 'agentId', label: 'AgentId', hint: t('自建应用的 AgentId，侧边栏要用', 'Of the self-built app; for the sidebar') },
      ],
      secrets: [
        {
          key: 'secret',
          label: t('应用 Secret', 'App secret'),
          hint: t('自建应用的 Secret；该应用要在「客户联系 → 可调用接口的应用」里勾选', 'Tick the app under customer contact'),
        },
        {
          key: 'contactsSecret',
          label: t('通讯录 Secret（可选）', 'Directory secret (optional)'),
          hint: t('应用可见范围不含全部员工时才需要', 'Only when the app does not see all staff'),
        },
        { key: 'token', label: t('回调 Token', 'Callback token') },
        { key: 'encodingAesKey', label: 'EncodingAESKey', hint: t('43 个字符', '43 characters') },
      ],
      callbackPath: (id: string) => `/callbacks/wecom/${id}`,
      steps: [
        t('把服务器出口 IP 加进应用的「企业可信 IP」', 'Add the server’s address to the trusted IPs of the app'),
        t('在应用里设置接收消息的 URL、Token 和 EncodingAESKey', 'Set the callback URL, token and key'),
        t('在「客户联系」里勾选此应用为可调用接口的应用', 'Allow the app to call customer contact'),
        t('绑定小程序到同一开放平台账号，才能拿到 UnionID', 'Bind the mini program to get UnionIDs'),
      ],
    },
    miniProgram: {
      idLabel: 'AppID',
      idHint: t('小程序后台 → 开发管理 → 开发设置，以 wx 开头', 'Console → development settings, begins with wx'),
      config: [
        {
          key: 'openPlatformId',
          label: t('开放平台账号', 'Open-platform account'),
          hint: t(
            '用来区分 unionid 的范围，填同一个名字即可',
            'The scope of unionids: the same word for accounts bound together',
          ),
        },
      ],
      secrets: [
        { key: 'secret', label: 'AppSecret' },
        { key: 'token', label: t('消息推送 Token', 'Callback token') },
        {
          key: 'encodingAesKey',
          label: 'EncodingAESKey',
          hint: t('43 个字符；明文模式可留空', '43 characters; empty in plain mode'),
        },
      ],
      callbackPath: (id: string) => `/callbacks/wechat/${id}`,
      steps: [
        t('把服务器出口 IP 加进 IP 白名单', 'Add the server’s address to the allow list'),
        t('在「消息推送」里填写回调地址和 Token', 'Set the callback URL and token'),
        t('更新「用户隐私保护指引」，声明手机号、位置等接口', 'Declare the interfaces in the privacy guide'),
        t('绑定微信开放平台，才有 UnionID', 'Bind to the open platform for UnionIDs'),
      ],
    },
    officialAccount: {
      idLabel: 'AppID',
      idHint: t('公众平台 → 设置与开发 → 基本配置，以 wx 开头', 'Console → basic configuration, begins with wx'),
      config: [{ key: 'openPlatformId', label: t('开放平台账号', 'Open-platform account') }],
      secrets: [
        { key: 'secret', label: 'AppSecret' },
        { key: 'token', label: t('服务器配置 Token', 'Callback token') },
        { key: 'encodingAesKey', label: 'EncodingAESKey', hint: t('43 个字符', '43 characters') },
      ],
      callbackPath: (id: string) => `/callbacks/wechat/${id}`,
      steps: [
        t('必须是已认证的服务号', 'A certified service account'),
        t('把服务器出口 IP 加进 IP 白名单', 'Add the server’s address to the allow list'),
        t('启用服务器配置，填写回调地址、Token 和 EncodingAESKey', 'Enable the server configuration'),
      ],
    },
    merchant: {
      idLabel: t('商户号', 'Merchant id'),
      idHint: t('商户平台 → 账户中心，10 位数字', 'Ten digits, in the merchant console'),
      config: [
        {
          key: 'serialNo',
          label: t('证书序列号', 'Certificate serial'),
          hint: t('填了证书可以不填', 'Not needed with the certificate'),
        },
        {
          key: 'publicKeyId',
          label: t('微信支付公钥 ID', 'Public key id'),
          hint: t('以 PUB_KEY_ID_ 开头；新商户用它验签', 'Begins with PUB_KEY_ID_'),
        },
      ],
      secrets: [
        { key: 'apiV3Key', label: t('APIv3 密钥', 'APIv3 key'), hint: t('32 个字符', '32 characters') },
        { key: 'privateKey', label: t('商户私钥 apiclient_key.pem', 'Private key'), isLong: true },
        { key: 'certificate', label: t('商户证书 apiclient_cert.pem', 'Certificate'), isLong: true },
        { key: 'publicKey', label: t('微信支付公钥 pub_key.pem', 'WeChat Pay public key'), isLong: true },
      ],
      callbackPath: null,
      steps: [
        t('在商户平台把小程序 AppID 关联到商户号', 'Link the mini program to the merchant'),
        t('支付回调地址必须是 https', 'The notify address must be https'),
      ],
    },
  })[type]
