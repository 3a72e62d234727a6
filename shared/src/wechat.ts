import { defineErrors } from './kernel.ts'

/** Codes of the mini-program and official-account gateway, and of every signed callback (the three platforms refuse in the same words). */
export const wechatErrors = defineErrors({
  'wechat.notConnected': {
    status: 409,
    zh: '还没有连接这个公众号或小程序，请先在「设置 - 连接」里填写',
    en: 'This official account or mini program is not connected yet',
  },
  'wechat.badSecret': {
    status: 502,
    zh: 'AppSecret 不正确或已被重置，请在「设置 - 连接」里更新',
    en: 'The AppSecret is wrong or was reset',
  },
  'wechat.ipRefused': {
    status: 502,
    zh: '服务器出口 IP 不在微信白名单里，请把它加入公众平台的 IP 白名单',
    en: 'The server address is not on the IP allow list of the platform',
  },
  'wechat.codeInvalid': {
    status: 400,
    zh: '微信登录凭证无效、已使用或已过期，请重新进入',
    en: 'The login code is invalid, used or expired',
  },
  'wechat.userBlocked': { status: 403, zh: '微信判定该用户为高风险，暂不能登录', en: 'WeChat has blocked this user for risk' },
  'wechat.phoneQuotaEmpty': {
    status: 409,
    zh: '手机号快速验证的额度已用完，可以先不填手机号继续',
    en: 'The phone verification quota is used up; go on without a phone',
  },
  'wechat.pageNotPublished': {
    status: 409,
    zh: '小程序页面不存在或尚未发布',
    en: 'The mini program page does not exist or is not published',
  },
  'wechat.sceneInvalid': {
    status: 400,
    zh: '场景值不合法：小程序码最多 32 个可见字符，公众号二维码最多 64 个',
    en: 'The scene is invalid: at most 32 visible characters for a mini program code, 64 for an account QR',
  },
  'wechat.refused': { status: 502, zh: '微信拒绝了这次请求', en: 'WeChat refused the request' },
  'wechat.unavailable': { status: 503, zh: '微信暂时没有应答，请稍后再试', en: 'WeChat does not answer at the moment' },
  'callback.unknownAccount': {
    status: 404,
    zh: '没有这个账号的回调配置',
    en: 'No account is configured for this callback address',
  },
  'callback.notConfigured': {
    status: 409,
    zh: '回调的 Token 或 EncodingAESKey 没有配置或不合法',
    en: 'The callback token or EncodingAESKey is missing or invalid',
  },
  'callback.malformed': { status: 400, zh: '回调内容不是合法的 XML 或 JSON', en: 'The callback body is not valid XML or JSON' },
  'callback.badSignature': { status: 401, zh: '回调签名不正确', en: 'The callback signature is wrong' },
  'callback.expired': {
    status: 401,
    zh: '回调时间戳超出允许范围，可能是重放',
    en: 'The callback timestamp is outside the window; it may be a replay',
  },
  'callback.tampered': {
    status: 401,
    zh: '回调内容解密失败，可能被篡改或密钥不一致',
    en: 'The callback cannot be decrypted: tampered with, or the key differs',
  },
  'callback.wrongReceiver': { status: 401, zh: '回调的接收方与本账号不一致', en: 'The callback was meant for another account' },
})
