import type { ConnectionStep } from '@banyan/shared'
import { type Reader, Refusal, say, type Words } from '../core/index.ts'
import { isGatewayError } from '../wechat/index.ts'

export type StepResult = Pick<ConnectionStep, 'status'> & { message: Words; fix?: Words }
export type Step = {
  key: string
  name: Words /** When this one fails the rest cannot be judged. */
  isGate?: boolean
  run: () => Promise<StepResult>
}

export const ok = (...message: Words): StepResult => ({ status: 'ok', message })
export const warning = (message: Words, fix: Words): StepResult => ({ status: 'warning', message, fix })
export const failed = (message: Words, fix: Words): StepResult => ({ status: 'failed', message, fix })

/** Runs the steps in order with real calls; after a failed gate the rest are named but skipped. */
export async function runSteps(reader: Reader, steps: readonly Step[]): Promise<ConnectionStep[]> {
  const done: ConnectionStep[] = []
  let isStopped = false
  for (const step of steps) {
    const startedMs = performance.now()
    const base = { key: step.key, name: say(reader, ...step.name) }
    if (isStopped) {
      const message = say(reader, '前面的步骤没有通过，暂不检查', 'Not checked: an earlier step failed')
      done.push({ ...base, status: 'skipped', message, fix: null, errcode: null, tookMs: 0 })
      continue
    }
    const { errcode, ...result } = await attempt(step)
    if (result.status === 'failed' && step.isGate) isStopped = true
    done.push({
      ...base,
      status: result.status,
      message: say(reader, ...result.message),
      fix: result.fix ? say(reader, ...result.fix) : null,
      errcode,
      tookMs: Math.round(performance.now() - startedMs),
    })
  }
  return done
}

async function attempt(step: Step): Promise<StepResult & { errcode: string | null }> {
  try {
    return { ...(await step.run()), errcode: null }
  } catch (error) {
    if (isGatewayError(error)) return { ...explain(error.code, error.errmsg), errcode: error.errcode }
    if (error instanceof Refusal) return { ...explain(error.code, String(error.detail?.reason ?? '')), errcode: null }
    throw error
  }
}

const FIXES: Record<string, [message: Words, fix: Words]> = {
  'wechat.badSecret': [
    ['AppID 或 AppSecret 不正确', 'The AppID or the AppSecret is wrong'],
    [
      '到 mp.weixin.qq.com「设置与开发 - 开发接口管理」核对或重置 AppSecret，再填到这里',
      'Check or reset the AppSecret at mp.weixin.qq.com, Settings & Development, and enter it here',
    ],
  ],
  'wechat.ipRefused': [
    ['服务器出口 IP 不在白名单里', 'The server’s address is not on the IP whitelist'],
    [
      '到 mp.weixin.qq.com「设置与开发 - 开发接口管理 - IP 白名单」加入本服务器的出口 IP，约 1 分钟后生效',
      'Add the server’s outgoing address at mp.weixin.qq.com, Settings & Development, IP whitelist; it counts after about a minute',
    ],
  ],
  'wechat.pageNotPublished': [
    ['入会页面 pages/join/index 还没有发布', 'The join page pages/join/index is not published yet'],
    [
      '用微信开发者工具上传小程序，提交审核并发布后再试',
      'Upload the mini program with WeChat DevTools, have it reviewed and published, then try again',
    ],
  ],
  'wecom.badSecret': [
    ['企业 ID 或应用 Secret 不正确', 'The corp id or the app’s Secret is wrong'],
    [
      '到 work.weixin.qq.com「应用管理 - 自建应用」查看 Secret，再填到这里',
      'Read the Secret at work.weixin.qq.com, Apps, Self-built, and enter it here',
    ],
  ],
  'wecom.ipRefused': [
    ['服务器出口 IP 不在「企业可信 IP」里', 'The server’s address is not among the trusted IPs'],
    [
      '到 work.weixin.qq.com 该应用页面底部「企业可信 IP」加入本服务器的出口 IP',
      'Add the server’s outgoing address at work.weixin.qq.com, at the foot of the app’s page',
    ],
  ],
  'wecom.noPermission': [
    ['应用没有这个接口的权限', 'The app may not call this interface'],
    [
      '到「客户与上下游 - 客户联系 - API - 可调用接口的应用」勾选本应用，并检查应用的可见范围',
      'Tick this app under Customers, Customer contact, API, apps that may call, and check its visible range',
    ],
  ],
  'pay.badCredentials': [
    ['商户证书序列号、私钥或 APIv3 密钥不正确', 'The certificate’s serial number, the private key or the APIv3 key is wrong'],
    [
      '到 pay.weixin.qq.com「账户中心 - API 安全」核对证书序列号、私钥文件和 APIv3 密钥（32 位）',
      'Check the serial number, the key file and the APIv3 key (32 characters) at pay.weixin.qq.com, Account, API security',
    ],
  ],
  'pay.badSignature': [
    ['微信支付的应答签名验证失败', 'The signature of WeChat Pay’s answer does not verify'],
    [
      '如果商户已切换到「微信支付公钥」，请填写公钥 ID 与公钥；否则核对平台证书',
      'If the merchant uses the WeChat Pay public key, enter its id and the key; otherwise check the platform certificate',
    ],
  ],
}

const UNEXPLAINED: [message: Words, fix: Words] = [
  ['调用没有成功', 'The call failed'],
  ['请按平台返回的错误信息检查，稍后再试', 'Check what the platform says, and try again later'],
]

function explain(code: string, errmsg: string): StepResult {
  const [[zh, en], fix] = FIXES[code] ?? UNEXPLAINED
  const said = errmsg.slice(0, 160)
  return { status: 'failed', message: said ? [`${zh}（${said}）`, `${en} (${said})`] : [zh, en], fix }
}
