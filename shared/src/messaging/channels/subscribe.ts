import type { ChannelShape } from './shape.ts'

/** Mini-program subscribe message: one tap is one credit is one send; over-long fields fail with 47003, a missing credit with 43101. */
export const subscribe: ChannelShape = {
  name: ['小程序订阅消息', 'Mini program subscribe message'],
  connectionType: 'miniProgram',
  purposes: ['service', 'safety', 'dunning', 'marketing'],
  needsCredit: true,
  rules: [
    ['客户每点一次“允许”，可发送一条', 'One tap on “allow” is one message'],
    ['营销用途需客户同意接收营销信息', 'Marketing needs consent to marketing'],
    ['字段超长会被平台拒绝（47003），系统会先截断', 'The platform refuses over-long fields (47003); they are cut first'],
  ],
  fieldKinds: [
    { kind: 'thing', name: ['事物', 'thing'], maxLength: 20 },
    { kind: 'character_string', name: ['字符串', 'characters'], maxLength: 32 },
    { kind: 'number', name: ['数字', 'number'], maxLength: 32 },
    { kind: 'letter', name: ['字母', 'letters'], maxLength: 32 },
    { kind: 'symbol', name: ['符号', 'symbol'], maxLength: 5 },
    { kind: 'time', name: ['时间', 'time'], maxLength: 20 },
    { kind: 'date', name: ['日期', 'date'], maxLength: 20 },
    { kind: 'amount', name: ['金额', 'amount'], maxLength: 11 },
    { kind: 'phone_number', name: ['电话', 'phone'], maxLength: 17 },
    { kind: 'car_number', name: ['车牌', 'plate'], maxLength: 8 },
    { kind: 'name', name: ['姓名', 'name'], maxLength: 10 },
    { kind: 'phrase', name: ['短语', 'phrase'], maxLength: 5 },
  ],
  maxLengthDefault: 20,
}
