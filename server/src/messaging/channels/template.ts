import { sendTemplate } from '../../wechat/index.ts'
import type { ChannelBehavior } from './behavior.ts'

/** Official-account template message. The platform strips emoji and line breaks since 2023-05-04, so we show the editor what is left. */
export const template: ChannelBehavior = {
  identifierType: 'openid',
  needsFollowing: true,
  clean: text =>
    text
      .replace(/\p{Extended_Pictographic}|\uFE0F|\u200D/gu, '')
      .replace(/\s*[\r\n]+\s*/g, ' ')
      .trim(),
  async send({ appId, address, templateId, data, page, clickUrl, clickCode, miniProgramAppId, clientMsgId }) {
    const isPage = page !== '' && !page.startsWith('https://')
    return sendTemplate(appId, {
      openid: address,
      templateId,
      data,
      clientMsgId,
      ...(page === '' ? {} : { url: clickUrl() }),
      ...(isPage && miniProgramAppId ? { miniprogram: { appid: miniProgramAppId, pagepath: withCode(page, clickCode()) } } : {}),
    })
  },
}

/** The page with the code that counts the click. */
export function withCode(page: string, clickCode: string): string {
  return `${page}${page.includes('?') ? '&' : '?'}m=${clickCode}`
}
