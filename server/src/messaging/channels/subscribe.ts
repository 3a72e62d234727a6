import { sendSubscribe } from '../../wechat/index.ts'
import type { ChannelBehavior } from './behavior.ts'
import { withCode } from './template.ts'

/** Mini-program subscribe message: opens only pages of the mini-program itself. */
export const subscribe: ChannelBehavior = {
  identifierType: 'openid',
  needsFollowing: false,
  clean: text => text.replace(/\s*[\r\n]+\s*/g, ' ').trim(),
  async send({ appId, address, templateId, data, page, clickCode }) {
    const isPage = page !== '' && !page.startsWith('https://')
    return sendSubscribe(appId, {
      openid: address,
      templateId,
      data,
      page: withCode(isPage ? page : 'pages/home/index', clickCode()),
    })
  },
}
