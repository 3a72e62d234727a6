import { defineErrors } from './kernel.ts'

/** Codes of the WeCom gateway. `detail` carries {platform, errcode, errmsg, class}; clients switch on the code only. */
export const wecomErrors = defineErrors({
  'wecom.notConnected': { status: 409, zh: '还没有连接企业微信，请先在「设置 - 连接」里填写', en: 'WeCom is not connected yet' },
  'wecom.badSecret': {
    status: 502,
    zh: '企业微信应用 Secret 不正确，为避免被封 IP 已暂停调用，请在「设置 - 连接」里更新',
    en: 'The WeCom secret is wrong; calls are paused so that the address is not banned',
  },
  'wecom.ipRefused': {
    status: 502,
    zh: '服务器出口 IP 不在企业微信可信 IP 里，请在应用后台添加',
    en: 'The server address is not among the trusted addresses of the WeCom app',
  },
  'wecom.noPermission': {
    status: 502,
    zh: '企业微信应用没有这个接口的权限，请检查「客户联系 - 可调用接口的应用」和可见范围',
    en: 'The WeCom app lacks the right for this API; check the customer-contact app list and its visible range',
  },
  'wecom.codeInvalid': {
    status: 400,
    zh: '企业微信登录凭证无效或已过期，请重新打开',
    en: 'The WeCom sign-in code is invalid or expired',
  },
  'wecom.notStaff': { status: 403, zh: '当前账号不是企业成员', en: 'This account is not a member of the corp' },
  'wecom.noRelation': {
    status: 404,
    zh: '该员工和客户之间没有好友关系',
    en: 'This staff member and this customer are not connected',
  },
  'wecom.welcomeExpired': {
    status: 409,
    zh: '欢迎语已超过 20 秒的发送时间或已被使用',
    en: 'The welcome code is older than 20 seconds or was used',
  },
  'wecom.tagGone': {
    status: 409,
    zh: '企业微信里没有这个企业标签，或它不是本应用创建的',
    en: 'WeCom has no such corp tag, or this app did not make it',
  },
  'wecom.tagNameTaken': {
    status: 409,
    zh: '企业微信不接受这个标签名：同一标签组里已有，或名称不合规',
    en: 'WeCom does not take this name: the group has it already, or it is not allowed',
  },
  'wecom.tagsFull': {
    status: 409,
    zh: '企业微信的企业标签数量已到上限',
    en: 'WeCom takes no more corp tags',
  },
  'wecom.busy': { status: 503, zh: '企业微信接口繁忙或超出频率，请稍后再试', en: 'WeCom is busy or the rate is exceeded' },
  'wecom.refused': { status: 502, zh: '企业微信拒绝了这次请求', en: 'WeCom refused the request' },
  'wecom.unavailable': { status: 503, zh: '企业微信暂时没有应答，请稍后再试', en: 'WeCom does not answer at the moment' },
})
