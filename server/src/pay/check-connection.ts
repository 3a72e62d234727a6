import type { ConnectionCheck } from '@banyan/shared'
import { type Ctx, config, mustSeeBrand, notFound, refused } from '../core/index.ts'
import { type ActiveConnection, connectionById } from '../platform/index.ts'
import { aesKeyOf, lastCallbackAt, listFollowers, listTemplates, proveAccess, unlimitedCode, userInfo } from '../wechat/index.ts'
import { batchByUser, followUsers, jsTicketSignature, listMembers, proveWecomAccess } from '../wecom/index.ts'
import { failed, ok, runSteps, type Step, warning } from './connection-steps.ts'
import { merchantOf } from './merchant.ts'
import { queryPayment } from './pay-api.ts'

const CALLBACK_QUIET_MS = 7 * 86_400_000

/** Checks a connection as its wizard shows it: each step is a real call, each failure says what to change and where. */
export async function checkConnection(ctx: Ctx, { connectionId }: { connectionId: number }): Promise<ConnectionCheck> {
  const connection = await connectionById(connectionId)
  if (!connection) throw notFound('connection', connectionId)
  if (connection.brandId !== null) mustSeeBrand(ctx, connection.brandId)
  const steps = await runSteps(STEPS[connection.type](connection, ctx))
  const isUsable = steps.every(step => step.status === 'ok' || step.status === 'warning')
  return { connectionId, type: connection.type, isUsable, checkedAt: ctx.now, steps }
}

const STEPS: Record<ActiveConnection['type'], (connection: ActiveConnection, ctx: Ctx) => Step[]> = {
  wecom: ({ externalId: corpId, config: settings, secrets }, ctx) => [
    {
      key: 'token',
      zh: '企业 ID 与应用 Secret',
      isGate: true,
      run: async () => {
        await proveWecomAccess(corpId)
        return ok('凭证有效')
      },
    },
    {
      key: 'agent',
      zh: '应用 AgentId',
      run: async () =>
        Number(settings.agentId) > 0
          ? ok(`AgentId ${settings.agentId}`)
          : failed('没有填写 AgentId', '在应用详情页复制 AgentId 填到这里，侧边栏和应用消息需要它'),
    },
    {
      key: 'customers',
      zh: '客户联系权限与可信 IP',
      isGate: true,
      run: async () => {
        const users = await followUsers(corpId)
        return users.length > 0
          ? ok(`${users.length} 位成员可以添加客户`)
          : warning('没有成员开通客户联系', '到「客户与上下游 - 客户联系 - 使用范围」添加成员')
      },
    },
    {
      key: 'directory',
      zh: '应用可见范围（通讯录）',
      run: async () => {
        const members = await listMembers(corpId)
        return members.length > 0
          ? ok(`可见 ${members.length} 位成员`)
          : warning('应用看不到任何成员', '到应用详情页「可见范围」添加门店员工所在部门')
      },
    },
    {
      key: 'sidebar',
      zh: '侧边栏 JS-SDK',
      run: async () => {
        await jsTicketSignature(corpId, `${config.publicUrl}/m/`)
        return ok('可以签名，请确认应用「网页授权及 JS-SDK」可信域名已验证')
      },
    },
    {
      key: 'unionid',
      zh: '客户的 unionid（绑定微信开发者 ID）',
      run: async () => {
        const users = await followUsers(corpId)
        if (users.length === 0) return warning('还没有客户可以检查', '添加第一位客户后再检查')
        for await (const page of batchByUser(corpId, users.slice(0, 100))) {
          const wechatCustomers = page.filter(item => item.customer.type === 1)
          if (wechatCustomers.length === 0) break
          if (wechatCustomers.some(item => item.customer.unionid)) return ok('能取到 unionid，可与小程序、公众号打通')
          return warning(
            '客户没有 unionid，无法与小程序自动打通',
            '到「客户联系 - API」绑定微信开放平台的开发者 ID，主体须与企业一致',
          )
        }
        return warning('还没有微信客户可以检查', '添加第一位客户后再检查')
      },
    },
    callbackStep('wecom', corpId, secrets, ctx),
  ],
  miniProgram: ({ externalId: appId, secrets }, ctx) => [
    {
      key: 'token',
      zh: 'AppID、AppSecret 与 IP 白名单',
      isGate: true,
      run: async () => {
        await proveAccess('miniProgram', appId)
        return ok('凭证有效')
      },
    },
    {
      key: 'page',
      zh: '入会页面已发布',
      run: async () => {
        await unlimitedCode(appId, { scene: 'check', page: 'pages/join/index' })
        return ok('pages/join/index 已发布，小程序码可用')
      },
    },
    {
      key: 'privacy',
      zh: '用户隐私保护指引',
      run: async () =>
        warning(
          '平台没有查询接口，请人工确认',
          '到 mp.weixin.qq.com「设置 - 服务内容声明 - 用户隐私保护指引」声明：手机号、昵称头像、订单信息',
        ),
    },
    callbackStep('wechat', appId, secrets, ctx),
  ],
  officialAccount: ({ externalId: appId, secrets }, ctx) => [
    {
      key: 'token',
      zh: 'AppID、AppSecret 与 IP 白名单',
      isGate: true,
      run: async () => {
        await proveAccess('officialAccount', appId)
        return ok('凭证有效')
      },
    },
    {
      key: 'templates',
      zh: '模板消息',
      run: async () => {
        const templates = await listTemplates(appId)
        return templates.length > 0
          ? ok(`有 ${templates.length} 个模板`)
          : warning('还没有模板', '到 mp.weixin.qq.com「模板消息」从模板库选用服务通知类模板')
      },
    },
    {
      key: 'unionid',
      zh: '粉丝的 unionid（绑定开放平台）',
      run: async () => {
        for await (const openids of listFollowers(appId)) {
          const follower = await userInfo(appId, openids[0]!)
          if (follower.unionid) return ok('能取到 unionid，可与小程序、企业微信打通')
          return warning('粉丝没有 unionid', '到 open.weixin.qq.com 把这个公众号绑定到与小程序相同的开放平台账号')
        }
        return warning('还没有粉丝可以检查', '有第一位粉丝后再检查')
      },
    },
    callbackStep('wechat', appId, secrets, ctx),
  ],
  merchant: ({ externalId: merchantId }) => [
    {
      key: 'fields',
      zh: '证书序列号、私钥、APIv3 密钥',
      isGate: true,
      run: async () => {
        const merchant = await merchantOf(merchantId)
        return ok(merchant.publicKeyId ? '微信支付公钥模式' : '平台证书模式')
      },
    },
    {
      key: 'call',
      zh: '签名与验签（真实查询一次）',
      isGate: true,
      run: async () => {
        await queryPayment({ merchantId, outTradeNo: `check${merchantId}` })
        return ok('请求签名被接受，应答可以验证')
      },
    },
    {
      key: 'notify',
      zh: '支付通知地址',
      run: async () => {
        const address = `${config.publicUrl}/callbacks/pay/${merchantId}`
        return address.startsWith('https://') || config.hasSimulator
          ? ok(address)
          : failed(`${address} 不是 https`, '为本服务配置 https 域名并设置 PUBLIC_URL，微信支付只通知 https 地址')
      },
    },
  ],
}

function callbackStep(platform: 'wechat' | 'wecom', accountId: string, secrets: Record<string, string>, ctx: Ctx): Step {
  const address = `${config.publicUrl}/callbacks/${platform}/${accountId}`
  const where =
    platform === 'wecom'
      ? '「应用详情 - 接收消息」和「客户联系 - API - 接收事件服务器」'
      : '「开发接口管理 - 消息推送 / 服务器配置」'
  return {
    key: 'callback',
    zh: '回调地址',
    run: async () => {
      if (!secrets.token)
        return failed('没有填写回调 Token', `在${where}设置 URL ${address}，把 Token 与 EncodingAESKey 填到这里`)
      if (secrets.encodingAesKey ? !aesKeyOf(secrets.encodingAesKey) : platform === 'wecom')
        throw refused('callback.notConfigured', { reason: 'EncodingAESKey 应为 43 位字母和数字' })
      const last = await lastCallbackAt(platform, accountId)
      if (!last) return warning('还没有收到过回调', `在${where}把 URL 设为 ${address} 并保存，再触发一次事件`)
      const isQuiet = ctx.now.getTime() - last.getTime() > CALLBACK_QUIET_MS
      return isQuiet
        ? warning(`已超过 7 天没有收到回调（上次 ${last.toISOString()}）`, `检查${where}里的 URL 是否仍为 ${address}`)
        : ok('最近收到过回调')
    },
  }
}
