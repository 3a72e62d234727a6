import Taro from '@tarojs/taro'
import { NetworkFailure, type Platform, type SubscribeChoice } from './platform.ts'

// Calls that Taro's types do not know yet (privacy, base library 2.32.3).
type PrivacyApi = {
  requirePrivacyAuthorize?(options: { success(): void; fail(): void }): void
  openPrivacyContract?(options: { complete(): void }): void
}
declare const wx: PrivacyApi

export const weapp: Platform = {
  name: 'weapp',
  whyClosed: async () => null,
  demoAddress: async () => null,
  appId: async () => Taro.getAccountInfoSync().miniProgram.appId,
  owner: () => '',

  async post(url, input, headers, timeoutMs) {
    try {
      const answer = await Taro.request({
        url,
        method: 'POST',
        data: input as object,
        header: { 'content-type': 'application/json', ...headers },
        timeout: timeoutMs,
      })
      return { status: answer.statusCode, body: answer.data }
    } catch (error) {
      throw new NetworkFailure(/timeout/i.test((error as { errMsg?: string }).errMsg ?? ''))
    }
  },

  loginCode: async () => (await Taro.login()).code,

  authorizePrivacy: () =>
    new Promise(resolve => {
      // Older base libraries have no gate: there the console's declaration alone decides.
      if (!wx.requirePrivacyAuthorize) return resolve(true)
      wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) })
    }),

  openPrivacyContract: () =>
    new Promise(resolve => (wx.openPrivacyContract ? wx.openPrivacyContract({ complete: resolve }) : resolve())),

  // WeChat gives phone codes to a button with open-type getPhoneNumber only.
  phoneCode: async () => null,

  async askSubscribe(templates) {
    try {
      const answer = (await Taro.requestSubscribeMessage({
        tmplIds: templates.slice(0, 3).map(template => template.templateId),
        entityIds: [],
      })) as unknown as Record<string, string>
      const choices: Record<string, SubscribeChoice> = {}
      for (const { templateId } of templates) {
        const choice = answer[templateId]
        if (choice)
          choices[templateId] = choice === 'accept' ? 'accept' : choice === 'ban' || choice === 'filter' ? 'ban' : 'reject'
      }
      return choices
    } catch {
      return {} // main switch off (20004) or an old client: nothing was granted, and nothing is worth interrupting for
    }
  },

  async pay(params) {
    try {
      await Taro.requestPayment({ ...params, signType: params.signType as 'RSA' })
      return true
    } catch {
      return false
    }
  },

  async scan() {
    try {
      return (await Taro.scanCode({})).result
    } catch {
      return null
    }
  },

  read: key => (Taro.getStorageSync(key) as string) || null,
  write: (key, value) => (value === null ? Taro.removeStorageSync(key) : Taro.setStorageSync(key, value)),
  isOnline: async () => (await Taro.getNetworkType()).networkType !== 'none',
  onNetwork(listener) {
    const heard = (result: { isConnected: boolean }) => listener(result.isConnected)
    Taro.onNetworkStatusChange(heard)
    return () => Taro.offNetworkStatusChange(heard)
  },

  brighten() {
    let before: number | null = null
    void Taro.getScreenBrightness({}).then(({ value }) => {
      before = value
      return Taro.setScreenBrightness({ value: 1 })
    })
    return () => {
      if (before !== null) void Taro.setScreenBrightness({ value: before })
    }
  },

  copy: async text => {
    await Taro.setClipboardData({ data: text })
  },
}
