import type { ConnectionCheck } from '@banyan/shared'
import { type Ctx, config, many, mustSeeBrand, notFound, phrase, refused, type Words } from '../core/index.ts'
import { type ActiveConnection, connectionById } from '../platform/index.ts'
import { aesKeyOf, lastCallbackAt, listFollowers, listTemplates, proveAccess, unlimitedCode, userInfo } from '../wechat/index.ts'
import { batchByUser, followUsers, jsTicketSignature, listMembers, proveWecomAccess } from '../wecom/index.ts'
import { failed, ok, runSteps, type Step, warning } from './connection-steps.ts'
import { merchantOf } from './merchant.ts'
import { queryPayment } from './pay-api.ts'

const CALLBACK_QUIET_MS = 7 * 86_400_000
const badAesKey = phrase('EncodingAESKey 应为 43 位字母和数字', 'The EncodingAESKey has 43 letters and digits')

/** Checks a connection as its wizard shows it: each step is a real call, each failure says what to change and where. */
export async function checkConnection(ctx: Ctx, { connectionId }: { connectionId: number }): Promise<ConnectionCheck> {
  const connection = await connectionById(connectionId)
  if (!connection) throw notFound('connection', connectionId)
  if (connection.brandId !== null) mustSeeBrand(ctx, connection.brandId)
  const steps = await runSteps(ctx, STEPS[connection.type](connection, ctx))
  const isUsable = steps.every(step => step.status === 'ok' || step.status === 'warning')
  return { connectionId, type: connection.type, isUsable, checkedAt: ctx.now, steps }
}

const STEPS: Record<ActiveConnection['type'], (connection: ActiveConnection, ctx: Ctx) => Step[]> = {
  wecom: ({ externalId: corpId, config: settings, secrets }, ctx) => [
    {
      key: 'token',
      name: ['企业 ID 与应用 Secret', 'Corp id and app Secret'],
      isGate: true,
      run: async () => {
        await proveWecomAccess(corpId)
        return ok('凭证有效', 'The credentials work')
      },
    },
    {
      key: 'agent',
      name: ['应用 AgentId', 'AgentId of the app'],
      run: async () =>
        Number(settings.agentId) > 0
          ? ok(`AgentId ${settings.agentId}`, `AgentId ${settings.agentId}`)
          : failed(
              ['没有填写 AgentId', 'No AgentId is entered'],
              [
                '在应用详情页复制 AgentId 填到这里，侧边栏和应用消息需要它',
                'Copy the AgentId from the app’s page: the sidebar and app messages need it',
              ],
            ),
    },
    {
      key: 'customers',
      name: ['客户联系权限与可信 IP', 'Customer contact and trusted IP'],
      isGate: true,
      run: async () => {
        const users = await followUsers(corpId)
        return users.length > 0
          ? ok(`${users.length} 位成员可以添加客户`, `${many(users.length, 'member')} may add customers`)
          : warning(
              ['没有成员开通客户联系', 'No member may contact customers'],
              ['到「客户与上下游 - 客户联系 - 使用范围」添加成员', 'Add members under Customers, Customer contact, range of use'],
            )
      },
    },
    {
      key: 'directory',
      name: ['应用可见范围（通讯录）', 'Visible range (directory)'],
      run: async () => {
        const members = await listMembers(corpId)
        return members.length > 0
          ? ok(`可见 ${members.length} 位成员`, `Sees ${many(members.length, 'member')}`)
          : warning(
              ['应用看不到任何成员', 'The app sees no member'],
              ['到应用详情页「可见范围」添加门店员工所在部门', 'Add the store staff’s departments to the app’s visible range'],
            )
      },
    },
    {
      key: 'sidebar',
      name: ['侧边栏 JS-SDK', 'JS-SDK of the sidebar'],
      run: async () => {
        await jsTicketSignature(corpId, `${config.publicUrl}/m/`)
        return ok(
          '可以签名，请确认应用「网页授权及 JS-SDK」可信域名已验证',
          'Signing works; make sure the app’s trusted domain is verified',
        )
      },
    },
    {
      key: 'unionid',
      name: ['客户的 unionid（绑定微信开发者 ID）', 'Customers’ unionid (bound developer id)'],
      run: async () => {
        const users = await followUsers(corpId)
        if (users.length === 0)
          return warning(
            ['还没有客户可以检查', 'No customer to check yet'],
            ['添加第一位客户后再检查', 'Check again after the first customer was added'],
          )
        for await (const page of batchByUser(corpId, users.slice(0, 100))) {
          const wechatCustomers = page.filter(item => item.customer.type === 1)
          if (wechatCustomers.length === 0) break
          if (wechatCustomers.some(item => item.customer.unionid))
            return ok(
              '能取到 unionid，可与小程序、公众号打通',
              'The unionid comes: people match across mini program and official account',
            )
          return warning(
            [
              '客户没有 unionid，无法与小程序自动打通',
              'Customers come without a unionid and cannot be matched with the mini program',
            ],
            [
              '到「客户联系 - API」绑定微信开放平台的开发者 ID，主体须与企业一致',
              'Bind the Open Platform developer id under Customer contact, API; its owner must be the corp',
            ],
          )
        }
        return warning(
          ['还没有微信客户可以检查', 'No WeChat customer to check yet'],
          ['添加第一位客户后再检查', 'Check again after the first customer was added'],
        )
      },
    },
    callbackStep('wecom', corpId, secrets, ctx),
  ],
  miniProgram: ({ externalId: appId, secrets }, ctx) => [
    {
      key: 'token',
      name: ['AppID、AppSecret 与 IP 白名单', 'AppID, AppSecret and IP whitelist'],
      isGate: true,
      run: async () => {
        await proveAccess('miniProgram', appId)
        return ok('凭证有效', 'The credentials work')
      },
    },
    {
      key: 'page',
      name: ['入会页面已发布', 'Join page is published'],
      run: async () => {
        await unlimitedCode(appId, { scene: 'check', page: 'pages/join/index' })
        return ok('pages/join/index 已发布，小程序码可用', 'pages/join/index is published, mini program codes work')
      },
    },
    {
      key: 'privacy',
      name: ['用户隐私保护指引', 'Privacy guideline'],
      run: async () =>
        warning(
          ['平台没有查询接口，请人工确认', 'The platform cannot be asked: please check by eye'],
          [
            '到 mp.weixin.qq.com「设置 - 服务内容声明 - 用户隐私保护指引」声明：手机号、昵称头像、订单信息',
            'Declare at mp.weixin.qq.com, Settings, Privacy guideline: phone, name and picture, orders',
          ],
        ),
    },
    callbackStep('wechat', appId, secrets, ctx),
  ],
  officialAccount: ({ externalId: appId, secrets }, ctx) => [
    {
      key: 'token',
      name: ['AppID、AppSecret 与 IP 白名单', 'AppID, AppSecret and IP whitelist'],
      isGate: true,
      run: async () => {
        await proveAccess('officialAccount', appId)
        return ok('凭证有效', 'The credentials work')
      },
    },
    {
      key: 'templates',
      name: ['模板消息', 'Template messages'],
      run: async () => {
        const templates = await listTemplates(appId)
        return templates.length > 0
          ? ok(`有 ${templates.length} 个模板`, `${templates.length} templates`)
          : warning(
              ['还没有模板', 'No template yet'],
              [
                '到 mp.weixin.qq.com「模板消息」从模板库选用服务通知类模板',
                'Choose service templates from the library at mp.weixin.qq.com',
              ],
            )
      },
    },
    {
      key: 'unionid',
      name: ['粉丝的 unionid（绑定开放平台）', 'Followers’ unionid (bound to the Open Platform)'],
      run: async () => {
        for await (const openids of listFollowers(appId)) {
          const follower = await userInfo(appId, openids[0]!)
          if (follower.unionid)
            return ok('能取到 unionid，可与小程序、企业微信打通', 'The unionid comes: people match across mini program and WeCom')
          return warning(
            ['粉丝没有 unionid', 'Followers come without a unionid'],
            [
              '到 open.weixin.qq.com 把这个公众号绑定到与小程序相同的开放平台账号',
              'Bind this account at open.weixin.qq.com to the Open Platform account of the mini program',
            ],
          )
        }
        return warning(
          ['还没有粉丝可以检查', 'No follower to check yet'],
          ['有第一位粉丝后再检查', 'Check again after the first follower'],
        )
      },
    },
    callbackStep('wechat', appId, secrets, ctx),
  ],
  merchant: ({ externalId: merchantId }) => [
    {
      key: 'fields',
      name: ['证书序列号、私钥、APIv3 密钥', 'Serial number, private key, APIv3 key'],
      isGate: true,
      run: async () => {
        const merchant = await merchantOf(merchantId)
        return merchant.publicKeyId
          ? ok('微信支付公钥模式', 'With the WeChat Pay public key')
          : ok('平台证书模式', 'With the platform certificate')
      },
    },
    {
      key: 'call',
      name: ['签名与验签（真实查询一次）', 'Signatures (one real query)'],
      isGate: true,
      run: async () => {
        await queryPayment({ merchantId, outTradeNo: `check${merchantId}` })
        return ok('请求签名被接受，应答可以验证', 'Our signature is accepted, answers verify')
      },
    },
    {
      key: 'notify',
      name: ['支付通知地址', 'Notification address'],
      run: async () => {
        const address = `${config.publicUrl}/callbacks/pay/${merchantId}`
        return address.startsWith('https://') || config.hasSimulator
          ? ok(address, address)
          : failed(
              [`${address} 不是 https`, `${address} is not https`],
              [
                '为本服务配置 https 域名并设置 PUBLIC_URL，微信支付只通知 https 地址',
                'Give this service an https domain and set PUBLIC_URL: WeChat Pay notifies https only',
              ],
            )
      },
    },
  ],
}

function callbackStep(platform: 'wechat' | 'wecom', accountId: string, secrets: Record<string, string>, ctx: Ctx): Step {
  const address = `${config.publicUrl}/callbacks/${platform}/${accountId}`
  const [whereZh, whereEn]: Words =
    platform === 'wecom'
      ? [
          '「应用详情 - 接收消息」和「客户联系 - API - 接收事件服务器」',
          'the app’s “receive messages” and Customer contact, API, event server',
        ]
      : ['「开发接口管理 - 消息推送 / 服务器配置」', 'Development, message push / server']
  return {
    key: 'callback',
    name: ['回调地址', 'Callback address'],
    run: async () => {
      if (!secrets.token)
        return failed(
          ['没有填写回调 Token', 'No callback token is entered'],
          [
            `在${whereZh}设置 URL ${address}，把 Token 与 EncodingAESKey 填到这里`,
            `Set the URL ${address} in ${whereEn}, and enter Token and EncodingAESKey here`,
          ],
        )
      if (secrets.encodingAesKey ? !aesKeyOf(secrets.encodingAesKey) : platform === 'wecom')
        throw refused('callback.notConfigured', { reason: badAesKey() })
      const last = await lastCallbackAt(platform, accountId)
      if (!last)
        return warning(
          ['还没有收到过回调', 'No callback has come yet'],
          [
            `在${whereZh}把 URL 设为 ${address} 并保存，再触发一次事件`,
            `Set the URL in ${whereEn} to ${address}, save, and cause an event`,
          ],
        )
      const isQuiet = ctx.now.getTime() - last.getTime() > CALLBACK_QUIET_MS
      return isQuiet
        ? warning(
            [`已超过 7 天没有收到回调（上次 ${last.toISOString()}）`, `No callback for 7 days (last ${last.toISOString()})`],
            [`检查${whereZh}里的 URL 是否仍为 ${address}`, `Check that the URL in ${whereEn} is still ${address}`],
          )
        : ok('最近收到过回调', 'A callback came lately')
    },
  }
}
