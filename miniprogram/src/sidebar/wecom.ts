import { PlatformRefusal } from '../platform/platform.ts'
import { simulator } from '../platform/simulator.ts'
import { staffCall } from './staff.ts'

/** What the sidebar needs from WeCom: the SDK inside the client, the simulator's desk outside it. */
export type WeCom = {
  /** external_userid of the open chat; null when the page was opened elsewhere (the workbench). */
  currentContact(): Promise<string | null>
  /** Puts a text into the open chat; throws when WeCom refuses. */
  sendText(text: string): Promise<void>
  scan(): Promise<string | null>
}

const inSimulator: WeCom = {
  async currentContact() {
    if (!simulator.contactId()) return null
    return (await simulator.contact()).externalUserId
  },
  sendText: text => simulator.sendChatText(text),
  scan: async () => (window.prompt('扫码（演示：粘贴会员码或券码）') ?? '').trim() || null,
}

/** The SDK is fetched only inside WeCom: nobody else pays for its bytes. */
async function sdk() {
  const ww = await import('@wecom/jssdk')
  const page = location.href.split('#')[0] ?? location.href
  const { corpId, agentId } = await staffCall('staff.jsConfig', { url: page })
  // The SDK names the address it signs; in a single-page app that is the one first opened, without its hash.
  ww.register({
    corpId,
    agentId,
    jsApiList: ['getCurExternalContact', 'sendChatMessage', 'scanQRCode'],
    getConfigSignature: async url => signatureOf((await staffCall('staff.jsConfig', { url })).config),
    getAgentConfigSignature: async url => signatureOf((await staffCall('staff.jsConfig', { url })).agentConfig),
  })
  return ww
}

let loading: ReturnType<typeof sdk> | null = null
const loaded = () => {
  loading ??= sdk()
  return loading
}

const inClient: WeCom = {
  async currentContact() {
    const ww = await loaded()
    try {
      return (await ww.getCurExternalContact()).userId
    } catch {
      return null // "without context of external contact": opened from the workbench, not from a chat
    }
  },
  async sendText(text) {
    const ww = await loaded()
    await ww.sendChatMessage({ msgtype: 'text', text: { content: text } } as Parameters<typeof ww.sendChatMessage>[0])
  },
  async scan() {
    const ww = await loaded()
    try {
      return (await ww.scanQRCode({ needResult: true })).resultStr || null
    } catch {
      return null
    }
  },
}

/** A plain browser: the SDK would wait for a client that is not there. Everything but the open chat works. */
const inBrowser: WeCom = {
  currentContact: async () => null,
  sendText: async () => {
    throw new PlatformRefusal('这里不是企业微信，请复制后到企业微信里发送')
  },
  scan: inSimulator.scan,
}

const isInClient = /wxwork/i.test(navigator.userAgent)
export const wecom: WeCom = simulator.staffId() ? inSimulator : isInClient ? inClient : inBrowser

function signatureOf({ timestamp, nonceStr, signature }: { timestamp: number; nonceStr: string; signature: string }) {
  return { timestamp: String(timestamp), nonceStr, signature }
}
