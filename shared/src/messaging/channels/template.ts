import type { ChannelShape } from './shape.ts'

/**
 * Official-account template message. Notices only, never marketing: the platform strips first, remark, colours and emoji since 2023-05-04
 * and cuts every field silently; see docs of Template_Message_Interface.
 */
export const template: ChannelShape = {
  name: ['服务号模板消息', 'Official account template message'],
  connectionType: 'officialAccount',
  purposes: ['service', 'safety', 'dunning'],
  needsCredit: false,
  rules: [
    [
      '仅限服务、安全和催缴通知，不能发送优惠、促销等营销内容',
      'Service, safety and dunning notices only; never offers or promotion',
    ],
    ['每个字段最多 20 个字，超出部分平台会静默截断', '20 characters per field; the platform cuts the rest silently'],
    ['仅能发给已关注服务号的客户', 'Followers of the official account only'],
  ],
  fieldKinds: [
    { kind: 'thing', name: ['事物', 'thing'], maxLength: 20 },
    { kind: 'character_string', name: ['字符串', 'characters'], maxLength: 32 },
    { kind: 'time', name: ['时间', 'time'], maxLength: 20 },
    { kind: 'amount', name: ['金额', 'amount'], maxLength: 20 },
    { kind: 'phone_number', name: ['电话', 'phone'], maxLength: 17 },
    { kind: 'const', name: ['枚举', 'fixed choice'], maxLength: 20 },
    { kind: 'car_number', name: ['车牌', 'plate'], maxLength: 8 },
  ],
  maxLengthDefault: 20,
}
