import { Refusal } from '../core/index.ts'

/**
 * What a caller may do about it. `retry`: not carried out, try later. `refused`: this request will never work.
 * `unknown`: it may have been carried out, do not send it again blindly. `config`: an operator must mend a setting.
 */
export type GatewayErrorClass = 'retry' | 'refused' | 'unknown' | 'config'

/** A platform's refusal in our codes. `detail` has the platform's own words, for logs and the connection page. */
export class GatewayError extends Refusal {
  readonly platform: 'wechat' | 'wecom' | 'pay'
  readonly errcode: string
  readonly errmsg: string
  readonly class: GatewayErrorClass

  constructor(platform: GatewayError['platform'], code: string, errorClass: GatewayErrorClass, errcode: string, errmsg: string) {
    super(code, { platform, errcode, errmsg: errmsg.slice(0, 300), class: errorClass })
    this.platform = platform
    this.errcode = errcode
    this.errmsg = errmsg
    this.class = errorClass
  }
}

export function isGatewayError(error: unknown): error is GatewayError {
  return error instanceof GatewayError
}
