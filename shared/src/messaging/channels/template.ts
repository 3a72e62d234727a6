import type { ChannelShape } from './shape.ts'

/**
 * Official-account template message. Notices only, never marketing: the platform strips first, remark, colours and emoji since 2023-05-04
 * and cuts every field silently; see docs of Template_Message_Interface.
 */
export const template: ChannelShape = {
  zh: '服务号模板消息',
  connectionType: 'officialAccount',
  purposes: ['service', 'safety', 'dunning'],
  needsCredit: false,
  rules: [
    '仅限服务、安全和催缴通知，不能发送优惠、促销等营销内容',
    '每个字段最多 20 个字，超出部分平台会静默截断',
    '仅能发给已关注服务号的客户',
  ],
  fieldKinds: [
    { kind: 'thing', zh: '事物', maxLength: 20 },
    { kind: 'character_string', zh: '字符串', maxLength: 32 },
    { kind: 'time', zh: '时间', maxLength: 20 },
    { kind: 'amount', zh: '金额', maxLength: 20 },
    { kind: 'phone_number', zh: '电话', maxLength: 17 },
    { kind: 'const', zh: '枚举', maxLength: 20 },
    { kind: 'car_number', zh: '车牌', maxLength: 8 },
  ],
  maxLengthDefault: 20,
}
