import Taro from '@tarojs/taro'
import { NetworkFailure, type Platform, type SubscribeChoice } from './platform.ts'
import { promptSheet } from './pretend-sheet.ts'
import { simulator } from './simulator.ts'

/** A browser beside the simulator: what WeChat would ask in native sheets is asked in pretend ones, and the simulator answers. */
export const h5: Platform = {
  name: 'h5',
  async whyClosed() {
    if (!simulator.userId()) return 'outsideWeChat'
    return (await simulator.whoAmI()) ? null : 'outsideWeChat'
  },
  demoAddress: async () => ((await simulator.isRunning()) ? '/simulator' : null),
  async appId() {
    const appId = await simulator.appId()
    if (!appId) throw new Error('the simulator names no mini-program')
    return appId
  },
  owner: () => simulator.userId() ?? '',

  async post(url, input, headers, timeoutMs) {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), timeoutMs)
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
        signal: abort.signal,
      })
      return { status: answer.status, body: await answer.json().catch(() => null) }
    } catch {
      throw new NetworkFailure(abort.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  },

  loginCode: () => simulator.loginCode(),

  async authorizePrivacy() {
    const key = `banyan.privacy.${simulator.userId()}`
    if (localStorage.getItem(key)) return true // WeChat, too, asks once until the mini-program is deleted
    const answer = await promptSheet({
      title: '用户隐私保护提示',
      lines: ['在使用前，请阅读《小程序用户隐私保护指引》。同意后，小程序才能处理您的手机号和会员信息。'],
      actions: [
        { key: 'reject', label: '拒绝' },
        { key: 'agree', label: '同意', isMain: true },
      ],
    })
    if (answer.key !== 'agree') return false
    localStorage.setItem(key, '1')
    return true
  },

  async openPrivacyContract() {
    await promptSheet({
      title: '小程序用户隐私保护指引',
      lines: ['真实小程序里，这里打开微信后台登记的隐私保护指引。', '收集：手机号（识别会员）、头像昵称（由您填写）。'],
      actions: [{ key: 'close', label: '知道了', isMain: true }],
    })
  },

  async phoneCode() {
    const known = (await simulator.whoAmI())?.phone ?? ''
    const answer = await promptSheet({
      title: '申请获取并验证你的手机号',
      lines: ['用于识别会员身份'],
      choices: known ? [{ key: 'phone', label: maskPhone(known), note: '上次提供', isChosen: true, isFixed: true }] : [],
      typing: known ? undefined : { label: '这个微信没有绑定手机号，输入一个', maxLength: 11 },
      actions: [
        { key: 'reject', label: '不允许' },
        { key: 'allow', label: '允许', isMain: true },
      ],
    })
    return answer.key === 'allow' ? simulator.phoneCode(answer.typed || undefined) : null
  },

  async askSubscribe(templates) {
    const answer = await promptSheet({
      title: '申请给你发送一次以下消息',
      lines: [],
      choices: templates
        .slice(0, 3)
        .map(({ templateId, title }) => ({ key: templateId, label: title, note: '', isChosen: true })),
      actions: [
        { key: 'cancel', label: '取消' },
        { key: 'allow', label: '允许', isMain: true },
      ],
    })
    const choices: Record<string, SubscribeChoice> = {}
    for (const { templateId } of templates.slice(0, 3)) {
      choices[templateId] = answer.key === 'allow' && answer.chosen.includes(templateId) ? 'accept' : 'reject'
    }
    try {
      await simulator.subscribe(choices)
      return choices
    } catch {
      return {} // WeChat, too, says only that asking failed (an unknown template): nothing was granted
    }
  },

  async pay(params) {
    const sheet = await simulator.openPay(params)
    const answer = await promptSheet({
      title: sheet.merchantName,
      lines: [sheet.description],
      amountText: `¥${(sheet.amountFen / 100).toFixed(2)}`,
      actions: [
        { key: 'cancel', label: '取消' },
        { key: 'pay', label: '确认支付', isMain: true },
      ],
    })
    if (answer.key !== 'pay') return false
    await simulator.pay(params)
    return true
  },

  // A desktop browser has no camera that people would point at a screen: one types or pastes what the code says.
  scan: async () => (window.prompt('扫码（演示：粘贴码的内容）') ?? '').trim() || null,

  read: key => localStorage.getItem(key),
  write: (key, value) => (value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value)),
  isOnline: async () => navigator.onLine,
  onNetwork(listener) {
    const online = () => listener(true)
    const offline = () => listener(false)
    window.addEventListener('online', online)
    window.addEventListener('offline', offline)
    return () => {
      window.removeEventListener('online', online)
      window.removeEventListener('offline', offline)
    }
  },
  brighten: () => () => {},
  copy: async text => {
    // Browsers keep the clipboard from pages without https.
    const isCopied =
      navigator.clipboard !== undefined &&
      (await navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      ))
    void Taro.showToast({ title: isCopied ? '已复制' : '浏览器不让复制，请长按选取', icon: 'none' })
  },
}

function maskPhone(phone: string): string {
  const digits = phone.replace(/^\+86/, '')
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`
}
