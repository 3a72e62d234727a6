import type { ChannelShape } from './shape.ts'

/** Mini-program subscribe message: one tap is one credit is one send; over-long fields fail with 47003, a missing credit with 43101. */
export const subscribe: ChannelShape = {
  zh: '小程序订阅消息',
  connectionType: 'miniProgram',
  purposes: ['service', 'safety', 'dunning', 'marketing'],
  needsCredit: true,
  rules: ['客户每点一次“允许”，可发送一条', '营销用途需客户同意接收营销信息', '字段超长会被平台拒绝（47003），系统会先截断'],
  fieldKinds: [
    { kind: 'thing', zh: '事物', maxLength: 20 },
    { kind: 'character_string', zh: '字符串', maxLength: 32 },
    { kind: 'number', zh: '数字', maxLength: 32 },
    { kind: 'letter', zh: '字母', maxLength: 32 },
    { kind: 'symbol', zh: '符号', maxLength: 5 },
    { kind: 'time', zh: '时间', maxLength: 20 },
    { kind: 'date', zh: '日期', maxLength: 20 },
    { kind: 'amount', zh: '金额', maxLength: 11 },
    { kind: 'phone_number', zh: '电话', maxLength: 17 },
    { kind: 'car_number', zh: '车牌', maxLength: 8 },
    { kind: 'name', zh: '姓名', maxLength: 10 },
    { kind: 'phrase', zh: '短语', maxLength: 5 },
  ],
  maxLengthDefault: 20,
}
