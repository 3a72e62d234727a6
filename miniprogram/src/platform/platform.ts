/**
 * What the pages need from the place they run in. Two implementations: WeChat itself (weapp.ts), and a browser
 * beside the simulator (h5.ts), because a browser has no wx.login, no phone number, no subscribe prompt and no wallet.
 */

export type SubscribeChoice = 'accept' | 'reject' | 'ban'

export type PayParams = { appId: string; timeStamp: string; nonceStr: string; package: string; signType: string; paySign: string }

export type PostAnswer = { status: number; body: unknown }

export type Platform = {
  name: 'weapp' | 'h5'
  /** Why the mini-program cannot work here, or null when it can. */
  whyClosed(): Promise<'outsideWeChat' | null>
  /** Where a visitor can play the whole product, when this installation is a demo; null otherwise. */
  demoAddress(): Promise<string | null>
  /** The mini-program's appid: it decides the brand. */
  appId(): Promise<string>
  /** Separates stored sessions when several pretend people share one browser; empty in WeChat. */
  owner(): string
  /** One POST of JSON. Throws `NetworkFailure` when no answer came within `timeoutMs`. */
  post(url: string, input: unknown, headers: Record<string, string>, timeoutMs: number): Promise<PostAnswer>
  /** Single use, 5 minutes. */
  loginCode(): Promise<string>
  /** The platform's own privacy authorisation, asked before any personal data; true when agreed. */
  authorizePrivacy(): Promise<boolean>
  /** Opens the platform's page with the declared privacy guide. */
  openPrivacyContract(): Promise<void>
  /** H5 only: the phone code after the pretend prompt, null when refused. In WeChat it arrives by a button (see PhoneButton). */
  phoneCode(): Promise<string | null>
  /** Must be called directly from a tap. At most 3 templates. Empty when the platform refused to ask. */
  askSubscribe(templates: { templateId: string; title: string }[]): Promise<Record<string, SubscribeChoice>>
  /** True when WeChat says it is paid; false when the person closed the wallet. The server asks WeChat Pay in either case. */
  pay(params: PayParams): Promise<boolean>
  /** The text of a scanned code, null when the person gave up. */
  scan(): Promise<string | null>
  read(key: string): string | null
  write(key: string, value: string | null): void
  isOnline(): Promise<boolean>
  onNetwork(listener: (isOnline: boolean) => void): () => void
  /** Full brightness while a code is shown; returns how to put it back. */
  brighten(): () => void
  /** Puts a text on the clipboard and says so, as WeChat does by itself. */
  copy(text: string): Promise<void>
}

/** The platform itself said no, in its own words. */
export class PlatformRefusal extends Error {}

/** No answer came: no network, too slow, or the connection broke. The work may or may not have been done. */
export class NetworkFailure extends Error {
  readonly isTimeout: boolean

  constructor(isTimeout: boolean) {
    super(isTimeout ? 'timeout' : 'network')
    this.isTimeout = isTimeout
  }
}

/**
 * The live code's scene among the parameters a page was opened with. A mini-program code puts it, URL-encoded, into `scene`
 * (wechat-contract A3); cards and H5 links carry it as a plain parameter.
 */
export function sceneOf(params: Record<string, string | undefined> | undefined): string | undefined {
  const raw = params?.scene
  if (!raw) return undefined
  try {
    return decodeURIComponent(raw) || undefined
  } catch {
    return raw // a lone % cannot be decoded: pass it on, the server says whether it knows it
  }
}
