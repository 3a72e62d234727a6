/** What the server does for a channel; the shape stands in shared/src/messaging/channels under the same file name. */
export type ChannelBehavior = {
  /** The identifier that addresses a reader, under the account's id as scope. */
  identifierType: 'openid' | 'externalUserid'
  /** Only followers of the account can be reached. */
  needsFollowing: boolean
  /** Sends one message. Throws GatewayError, whose class says whether it may have been sent. */
  send: (message: ChannelMessage) => Promise<{ msgId: string }>
  /** Text as the platform takes it, before cutting. */
  clean: (text: string) => string
}

export type ChannelMessage = {
  appId: string
  address: string
  templateId: string
  data: Record<string, string>
  /** A mini-program page or an https address; '' for none. */
  page: string
  /** Made where they are needed: most notices lead nowhere. */
  clickUrl: () => string
  clickCode: () => string
  /** The brand's mini-program, where a page of it can be opened. */
  miniProgramAppId: string | null
  /** The same for every try: a platform that knows it drops the second. */
  clientMsgId: string
}
