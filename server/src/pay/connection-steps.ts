import type { ConnectionStep } from '@banyan/shared'
import { Refusal } from '../core/index.ts'
import { isGatewayError } from '../wechat/index.ts'

export type StepResult = Pick<ConnectionStep, 'status' | 'message'> & { fix?: string }
export type Step = {
  key: string
  zh: string /** When this one fails the rest cannot be judged. */
  isGate?: boolean
  run: () => Promise<StepResult>
}

export const ok = (message: string): StepResult => ({ status: 'ok', message })
export const warning = (message: string, fix: string): StepResult => ({ status: 'warning', message, fix })
export const failed = (message: string, fix: string): StepResult => ({ status: 'failed', message, fix })

/** Runs the steps in order with real calls; after a failed gate the rest are named but skipped. */
export async function runSteps(steps: readonly Step[]): Promise<ConnectionStep[]> {
  const done: ConnectionStep[] = []
  let isStopped = false
  for (const step of steps) {
    const startedMs = performance.now()
    const base = { key: step.key, zh: step.zh }
    if (isStopped) {
      done.push({ ...base, status: 'skipped', message: '前面的步骤没有通过，暂不检查', fix: null, errcode: null, tookMs: 0 })
      continue
    }
    const { errcode, ...result } = await attempt(step)
    if (result.status === 'failed' && step.isGate) isStopped = true
    done.push({
      ...base,
      status: result.status,
      message: result.message,
      fix: result.fix ?? null,
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

const FIXES: Record<string, [message: string, fix: string]> = {
  'wechat.badSecret': [
    'AppID 或 AppSecret 不正确',
    '到 mp.weixin.qq.com「设置与开发 - 开发接口管理」核对或重置 AppSecret，再填到这里',
  ],
  'wechat.ipRefused': [
    '服务器出口 IP 不在白名单里',
    '到 mp.weixin.qq.com「设置与开发 - 开发接口管理 - IP 白名单」加入本服务器的出口 IP，约 1 分钟后生效',
  ],
  'wechat.pageNotPublished': ['入会页面 pages/join/index 还没有发布', '用微信开发者工具上传小程序，提交审核并发布后再试'],
  'wecom.badSecret': ['企业 ID 或应用 Secret 不正确', '到 work.weixin.qq.com「应用管理 - 自建应用」查看 Secret，再填到这里'],
  'wecom.ipRefused': [
    '服务器出口 IP 不在「企业可信 IP」里',
    '到 work.weixin.qq.com 该应用页面底部「企业可信 IP」加入本服务器的出口 IP',
  ],
  'wecom.noPermission': [
    '应用没有这个接口的权限',
    '到「客户与上下游 - 客户联系 - API - 可调用接口的应用」勾选本应用，并检查应用的可见范围',
  ],
  'pay.badCredentials': [
    '商户证书序列号、私钥或 APIv3 密钥不正确',
    '到 pay.weixin.qq.com「账户中心 - API 安全」核对证书序列号、私钥文件和 APIv3 密钥（32 位）',
  ],
  'pay.badSignature': ['微信支付的应答签名验证失败', '如果商户已切换到「微信支付公钥」，请填写公钥 ID 与公钥；否则核对平台证书'],
}

function explain(code: string, errmsg: string): StepResult {
  const [message, fix] = FIXES[code] ?? ['调用没有成功', '请按平台返回的错误信息检查，稍后再试']
  return { status: 'failed', message: errmsg ? `${message}（${errmsg.slice(0, 160)}）` : message, fix }
}
