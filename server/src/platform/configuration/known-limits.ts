type Known = { value: number; unit: string; zh: string; source: string; checkedOn: string }

const limit = (value: number, unit: string, zh: string, source: string, checkedOn: string): Known => ({
  value,
  unit,
  zh,
  source,
  checkedOn,
})
const MP = 'developers.weixin.qq.com/miniprogram/dev'
const OA = 'developers.weixin.qq.com/doc/offiaccount'
const WECOM = 'developer.work.weixin.qq.com/document/path'
const PAY = 'pay.weixin.qq.com/doc/v3'

/**
 * What WeChat, WeCom and Pay allowed when this version was made: where it was read and when. The table in the database starts from this and is what counts:
 * platforms change their numbers, and operators correct them in the admin without a release.
 */
export const knownLimits = {
  'wecom.externalContactsFree': limit(
    2000,
    '人',
    '企业免费的外部联系人规模（去重，含客户群成员），超过后需购买，超限后活码无法加人',
    'college.wshoto.com/a/307963.html; wescrm.com 7117 (third parties)',
    '2025-11-01',
  ),
  'wecom.staffContactsMax': limit(
    5000,
    '人',
    '每位成员的外部联系人上限，可申请扩容至 20,000',
    'wescrm.com 8852 (third party)',
    '2025-11-01',
  ),
  'wecom.contactWaysMax': limit(500_000, '个', '每个企业的「联系我」方式与入群方式合计上限', `${WECOM}/92572`, '2025-11-17'),
  'wecom.contactWayUsersMax': limit(100, '人', '每个「联系我」的成员上限', `${WECOM}/92572`, '2025-11-17'),
  'wecom.contactWayRemarkLength': limit(30, '字', '「联系我」备注长度', `${WECOM}/92572`, '2025-11-17'),
  'wecom.stateLength': limit(30, '字', '「联系我」渠道参数 state 长度', `${WECOM}/92572`, '2025-11-17'),
  'wecom.welcomeSeconds': limit(20, '秒', '欢迎语 welcome_code 有效时间', `${WECOM}/92599`, '2025-11-17'),
  'wecom.welcomeTextBytes': limit(4000, '字节', '欢迎语文本长度', `${WECOM}/92599`, '2025-11-17'),
  'wecom.welcomeAttachmentsMax': limit(9, '个', '欢迎语附件数量', `${WECOM}/92599`, '2025-11-17'),
  'wecom.remarkLength': limit(20, '字', '客户备注长度（每位成员各自的备注）', `${WECOM}/92115`, '2025-11-17'),
  'wecom.descriptionLength': limit(150, '字', '客户描述长度', `${WECOM}/92115`, '2025-11-17'),
  'wecom.tagsMax': limit(10_000, '个', '企业标签数量上限（错误码文案仍为 3,000）', `${WECOM}/92697`, '2023-12-01'),
  'wecom.tagNameLength': limit(30, '字', '企业标签名称长度', `${WECOM}/92697`, '2023-12-01'),
  'wecom.mirroredTagsMax': limit(
    200,
    '个',
    '每个企业与本系统同步的企业标签数（自定上限，保护打标签接口的频率）',
    `${WECOM}/96320`,
    '2023-12-01',
  ),
  'wecom.markTagConcurrency': limit(5, '并发', '打标签接口并发', `${WECOM}/96320`, '2023-12-01'),
  'wecom.batchByUserMax': limit(100, '条', '批量获取客户详情每页', `${WECOM}/96316`, '2025-11-17'),
  'wecom.apiPerMinute': limit(10_000, '次/分钟', '每企业每接口调用频率', `${WECOM}/90312`, '2022-12-01'),
  'wecom.apiPerHour': limit(150_000, '次/小时', '每企业每接口调用频率', `${WECOM}/90312`, '2022-12-01'),
  'wecom.messagesPerMemberMinute': limit(
    30,
    '条/分钟',
    '应用消息发给同一成员的频率，超出静默丢弃',
    `${WECOM}/90312`,
    '2022-12-01',
  ),
  'wecom.groupSendMax': limit(10_000, '人', '企业群发每次的客户数', `${WECOM}/92135`, '2025-11-17'),
  'wecom.callbackSeconds': limit(5, '秒', '回调应答时限，超时重试 3 次', `${WECOM}/90930`, '2025-11-17'),
  'miniProgram.sceneLength': limit(32, '字符', '小程序码 scene 长度', `${MP}/api_getunlimitedqrcode`, '2025-11-17'),
  'miniProgram.codesPerMinute': limit(5000, '次/分钟', '不限量小程序码接口频率', `${MP}/api_getunlimitedqrcode`, '2025-11-17'),
  'miniProgram.phoneFee': limit(
    0.03,
    '元/次',
    '手机号快速验证组件单价（成功一次）',
    `${MP}/framework/open-ability/getPhoneNumber.html`,
    '2023-08-28',
  ),
  'miniProgram.phoneFeeRealtime': limit(
    0.04,
    '元/次',
    '手机号实时验证组件单价',
    `${MP}/framework/open-ability/getRealtimePhoneNumber.html`,
    '2023-08-28',
  ),
  'miniProgram.phoneTrial': limit(
    1000,
    '次',
    '手机号组件试用次数（全部版本共用）',
    `${MP}/framework/open-ability/getPhoneNumber.html`,
    '2023-08-28',
  ),
  'miniProgram.subscribePerTap': limit(
    3,
    '个',
    '一次点击可请求的订阅模板数',
    `${MP} community 000002fff4c4e85736718b47561c00`,
    '2025-11-01',
  ),
  'miniProgram.subscribePerDay': limit(
    10_000_000,
    '条/日',
    '订阅消息日上限（有支付能力 3000 万）',
    `${MP}/api_sendmessage`,
    '2025-11-17',
  ),
  'miniProgram.thingLength': limit(20, '字', '订阅消息 thing 字段长度，超出报 47003', `${MP}/api_sendmessage`, '2025-11-17'),
  'miniProgram.phraseLength': limit(5, '字', '订阅消息 phrase 字段长度', `${MP}/api_sendmessage`, '2025-11-17'),
  'miniProgram.nameLength': limit(10, '字', '订阅消息 name 字段长度', `${MP}/api_sendmessage`, '2025-11-17'),
  'miniProgram.characterStringLength': limit(
    32,
    '字符',
    '订阅消息 character_string 字段长度，不含中文',
    `${MP}/api_sendmessage`,
    '2025-11-17',
  ),
  'officialAccount.templatesMax': limit(
    25,
    '个',
    '服务号模板数量',
    'developers.weixin.qq.com/doc/service/en/guide/product/template_message',
    '2025-11-17',
  ),
  'officialAccount.templatePerDay': limit(
    100_000,
    '条/日',
    '模板消息日上限',
    'developers.weixin.qq.com/doc/service/en/guide/product/template_message',
    '2025-11-17',
  ),
  'officialAccount.templateFieldLength': limit(
    20,
    '字',
    '模板消息每个字段长度，超出静默截断，不允许换行',
    'crmeb.com/ask/thread/23692 (text of the notice)',
    '2023-05-04',
  ),
  'officialAccount.sceneStrLength': limit(
    64,
    '字符',
    '带参二维码 scene_str 长度',
    `${OA}/Account_Management/Generating_a_Parametric_QR_Code.html`,
    '2025-11-17',
  ),
  'officialAccount.sceneExpireSecondsMax': limit(
    2_592_000,
    '秒',
    '临时二维码最长有效期',
    `${OA}/Account_Management/Generating_a_Parametric_QR_Code.html`,
    '2025-11-17',
  ),
  'officialAccount.permanentCodesMax': limit(
    100_000,
    '个',
    '永久二维码数量上限',
    `${OA}/Account_Management/Generating_a_Parametric_QR_Code.html`,
    '2025-11-17',
  ),
  'officialAccount.massPerMonth': limit(
    4,
    '次/月',
    '服务号群发：每位关注者每月',
    'developers.weixin.qq.com/doc/service/en/guide/product/message/Batch_Sends.html',
    '2025-11-17',
  ),
  'officialAccount.userInfoBatchMax': limit(100, '人', '批量获取用户信息每次', `${OA}/User_Management`, '2025-11-17'),
  'wechat.stableTokenPerMinute': limit(
    10_000,
    '次/分钟',
    '稳定版 access_token 接口频率',
    `${MP}/getStableAccessToken`,
    '2025-11-17',
  ),
  'wechat.clearQuotaPerMonth': limit(10, '次/月', '清空接口调用次数', `${MP} clear_quota`, '2025-11-17'),
  'pay.clockSkewSeconds': limit(300, '秒', '回调时间戳允许的误差', `${PAY} (wechatpay-go)`, '2025-11-17'),
  'pay.prepaySeconds': limit(7200, '秒', '预支付单有效期', `${PAY}/merchant JSAPI (unverified)`, '2025-11-17'),
  'pay.redPacketConfirmHours': limit(24, '小时', '商家转账：用户未确认自动退回', `${PAY}/partner/4015468873`, '2025-01-15'),
  'import.fileBytesMax': limit(500_000_000, '字节', '导入文件大小上限（本系统）', 'Banyan', '2026-11-22'),
  'import.rowsMax': limit(5_000_000, '行', '导入文件行数上限（本系统）', 'Banyan', '2026-11-22'),
} as const satisfies Record<string, Known>

export type LimitKey = keyof typeof knownLimits
