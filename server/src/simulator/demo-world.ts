/**
 * The demo's accounts, in one place: app stores connections with the same ids and secrets, so the product's real
 * clients are accepted. All of it is made up and works nowhere else.
 */
import type { AccountDefinition, StaffDefinition, TemplateDefinition, WorldDefinition } from './definition.ts'

export const demoIds = {
  corpId: 'ww5f2a7c1e9d3b8046',
  agentId: 1000002,
  miniPrograms: { lieye: 'wx3c1b8e5d7f902a46', rongjiu: 'wx9d4e2f7a6b1c8035' },
  officialAccounts: { lieye: 'wx71a0c5e8d2f4b693', rongjiu: 'wxe6b29d04f8c7a351' },
  mchid: '1900014257',
} as const

const dated = { key: 'time3', label: '到期时间' }

/** Service notices of a service account: classes of notice that the platform allows, no offers. */
function noticeTemplates(prefix: string): TemplateDefinition[] {
  return [
    {
      templateId: `${prefix}couponExpiring-6Yx0pQmZ3vN8rT1wKd5`,
      title: '优惠券到期提醒',
      fields: [{ key: 'thing1', label: '优惠券' }, { key: 'thing2', label: '适用门店' }, dated],
    },
    {
      templateId: `${prefix}pointsChanged-2Hs7uJbF9cE4aL0xGi8`,
      title: '积分变动通知',
      fields: [
        { key: 'thing1', label: '变动原因' },
        { key: 'number2', label: '变动积分' },
        { key: 'number3', label: '可用积分' },
        { key: 'time4', label: '变动时间' },
      ],
    },
    {
      templateId: `${prefix}tierDropping-5Wk3oVnC7yR1mD6tZe9`,
      title: '会员等级到期提醒',
      fields: [
        { key: 'phrase1', label: '当前等级' },
        { key: 'time2', label: '到期时间' },
        { key: 'thing3', label: '保级条件' },
      ],
    },
    {
      templateId: `${prefix}tierChanged-8Pq4sXlB2jU6fA3hNy0`,
      title: '会员等级变更通知',
      fields: [
        { key: 'phrase1', label: '原等级' },
        { key: 'phrase2', label: '新等级' },
        { key: 'time3', label: '变更时间' },
      ],
    },
    {
      templateId: `${prefix}orderPaid-1Zr9tGkM5wQ8eV4cLx7`,
      title: '消费成功通知',
      fields: [
        { key: 'thing1', label: '消费门店' },
        { key: 'amount2', label: '消费金额' },
        { key: 'number3', label: '获得积分' },
        { key: 'time4', label: '消费时间' },
      ],
    },
  ]
}

/** Subscribe messages of a mini program: one tap of the customer is one send. */
function subscribeTemplates(prefix: string): TemplateDefinition[] {
  return [
    {
      templateId: `${prefix}subCouponExpiring-4Td8yBvK1nP7qW`,
      title: '优惠券到期提醒',
      fields: [{ key: 'thing1', label: '优惠券' }, dated, { key: 'thing4', label: '温馨提示' }],
    },
    {
      templateId: `${prefix}subPointsChanged-9Lf2gHzR6mS3xC`,
      title: '积分变动提醒',
      fields: [
        { key: 'thing1', label: '变动原因' },
        { key: 'number2', label: '变动积分' },
        { key: 'number3', label: '当前积分' },
      ],
    },
    {
      templateId: `${prefix}subActivity-7Oc5kJuD0aE8vN`,
      title: '活动开始提醒',
      fields: [
        { key: 'thing1', label: '活动名称' },
        { key: 'time2', label: '开始时间' },
        { key: 'thing3', label: '活动内容' },
      ],
    },
    {
      templateId: `${prefix}subRewardWaiting-3Yi6wQpX1bT9rM`,
      title: '奖励待领取提醒',
      fields: [{ key: 'thing1', label: '奖励' }, dated, { key: 'thing4', label: '领取方式' }],
    },
  ]
}

const departments = [
  { id: 1, name: '穗屿生活集团(演示)', parentid: 0 },
  { id: 2, name: '枥野', parentid: 1 },
  { id: 3, name: '绒啾', parentid: 1 },
]

const somePeople: WorldDefinition['people'] = [
  { name: '林小满', phone: '13800010001', gender: 2 },
  { name: '周予安', phone: '13800010002', gender: 1 },
  { name: '许知夏', phone: '13800010003', gender: 2 },
  { name: '沈一禾', phone: '13800010004', gender: 2 },
  { name: '微信用户', phone: '13800010005', hasUnionid: false, gender: 0 },
  { name: '顾念北', phone: null, gender: 1 },
]

const defaultStaff: StaffDefinition[] = [
  { userid: 'ZhaoYueXi', name: '赵月溪', departmentIds: [2], position: '店长' },
  { userid: 'QianHe', name: '钱禾', departmentIds: [2], position: '导购' },
  { userid: 'SunYiMu', name: '孙一木', departmentIds: [2], position: '导购' },
  { userid: 'LiTangTang', name: '李棠棠', departmentIds: [3], position: '店长' },
]

/**
 * The demo: 1 corp, 2 mini programs and 2 service accounts on one open platform, 1 merchant.
 * `publicUrl` is the product's own address as the simulator reaches it, e.g. http://127.0.0.1:3000.
 */
export function demoWorld(options: {
  publicUrl: string
  staff?: StaffDefinition[]
  people?: WorldDefinition['people']
  seed?: string
}): WorldDefinition {
  const account = (
    kind: AccountDefinition['kind'],
    appId: string,
    name: string,
    templates: TemplateDefinition[],
    letter: string,
  ): AccountDefinition => ({
    kind,
    appId,
    name,
    templates,
    secret: `${letter.repeat(4)}5b7c91d0e3f246a8b1c5d7e9f0a2`,
    originalId: `gh_${letter}0c4e7b29d1${letter}`,
    token: `Banyan${letter.toUpperCase()}Token2026`,
    encodingAesKey: `${letter}Kq7TzW3nYc5Rv8Xj1Lm4Pd6Sg9Hb2Fe0Ua3Io5QwE4`.slice(0, 43),
    callbackUrl: `${options.publicUrl}/callbacks/wechat/${appId}`,
    pages: null,
  })
  const { corpId, agentId, miniPrograms, officialAccounts, mchid } = demoIds
  return {
    seed: options.seed ?? 'suiyu-2026',
    openPlatform: 'open-suiyu',
    corps: [
      {
        corpId,
        agentId,
        name: '穗屿生活集团(演示)',
        secret: 'r7Yc1nQz5Vb8Xk3Lm0Pd9Sg2Hf6Jw4TtEaUiOoRsNqD',
        contactsSecret: 'c4Mv8Bx2Kz6Qw0Er5Ty1Ui7Op3As9DfGhJkLlZxCvBn',
        token: 'BanyanCorp2026',
        encodingAesKey: 'w8Np2RkT5vXy0Bd3Fg6Hj9Lm1Qs4Uz7WcEaIoSeGiKu',
        callbackUrl: `${options.publicUrl}/callbacks/wecom/${corpId}`,
        departments,
        staff: options.staff ?? defaultStaff,
        tagGroups: [
          { name: '意向', tags: ['高意向', '了解一下', '暂无需求'] },
          { name: '肤质', tags: ['干性', '油性', '敏感肌'] },
        ],
        contactScale: 5000,
      },
    ],
    accounts: [
      account('miniProgram', miniPrograms.lieye, '枥野会员', subscribeTemplates('LY'), 'a'),
      account('miniProgram', miniPrograms.rongjiu, '绒啾会员', subscribeTemplates('RJ'), 'b'),
      account('officialAccount', officialAccounts.lieye, '枥野服务号', noticeTemplates('LY'), 'c'),
      account('officialAccount', officialAccounts.rongjiu, '绒啾服务号', noticeTemplates('RJ'), 'd'),
    ],
    merchants: [
      {
        mchid,
        name: '穗屿生活(演示)',
        apiV3Key: 'suiyu0demo0apiv3key0for0sim02026',
        appIds: [miniPrograms.lieye, miniPrograms.rongjiu, officialAccounts.lieye, officialAccounts.rongjiu],
        serialMode: 'certificate',
      },
    ],
    people: options.people ?? somePeople,
  }
}
