import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make, OWNER } from '../../test/make.ts'
import { eventually, player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { rows, run, setClock, sql, systemCtx, transaction } from '../core/index.ts'
import { canonicalId } from '../identity/index.ts'
import type { MessageRow } from './message.ts'
import { notify } from './notices.ts'
import { sendWorker } from './send-messages.ts'
import { commonFacts } from './variables.ts'

/** Messages at the door: real gateway, real wire, the simulator's phone at the end. */
const product = useProduct()
const miniAppId = demoIds.miniPrograms.lieye
const officialAppId = demoIds.officialAccounts.lieye
const DAY = 86_400_000
/** Noon in Shanghai, outside quiet hours; time only goes forward in this file, a day or more per test. */
let noon = new Date(Math.ceil(Date.now() / DAY) * DAY + 4 * 3_600_000)
const after = (ms: number) => new Date(noon.getTime() + ms)

let play: ReturnType<typeof player>
let brandId = 0
let operator: Client
const ids = { notice: 0, offer: 0 }
let offerTemplateId = ''

type Reader = { simUser: string; client: Client; personId: number }
const readers: Record<string, Reader> = {}

beforeAll(async () => {
  play = player(product)
  brandId = (await make.brand({ name: '枥野' })).id
  await make.connections(product.simulator, { first: brandId })
  await moveTo(noon)
  for (const name of ['安', '博', '岑', '丁']) readers[name] = await newReader(name, true)
  readers.无 = await newReader('无', false)
  await operator.call('reachSettings.update', { capPerDay: 1, capPerWeek: 0 })
  const connections = await operator.call('connections.list', {})
  const idOf = (externalId: string) => connections.find(one => one.externalId === externalId)?.id ?? 0
  const known = connections.flatMap(
    one =>
      (one.config as { templates?: { templateId: string; title: string; fields: { key: string; label: string }[] }[] })
        .templates ?? [],
  )
  const expiring = known.find(one => one.templateId.startsWith('LYcouponExpiring'))!
  const activity = known.find(one => one.templateId.startsWith('LYsubActivity'))!
  offerTemplateId = activity.templateId
  ids.notice = (
    await operator.call('messageTemplates.create', {
      channel: 'template',
      connectionId: idOf(officialAppId),
      templateId: expiring.templateId,
      title: expiring.title,
      fields: expiring.fields,
      purpose: 'service',
    })
  ).id
  ids.offer = (
    await operator.call('messageTemplates.create', {
      channel: 'subscribe',
      connectionId: idOf(miniAppId),
      templateId: activity.templateId,
      title: activity.title,
      fields: activity.fields,
      purpose: 'marketing',
    })
  ).id
})

/** Noon of a later day. */
async function later(days = 1): Promise<void> {
  noon = after(days * DAY)
  await moveTo(noon)
}

/** Moves the clock; operators' sessions are short, so he signs in again. */
async function moveTo(at: Date): Promise<void> {
  setClock(at)
  const { token } = await product.anonymous.call('auth.signIn', { username: OWNER.username, password: OWNER.password })
  operator = product.as(token, { 'X-Brand-Id': String(brandId) })
}

async function newReader(name: string, isWilling: boolean): Promise<Reader> {
  const simUser = await play.addPerson(name)
  const { client, person } = await play.signIn(simUser, miniAppId)
  await client.call('members.join', {
    consents: [
      { purpose: 'privacy', isGranted: true },
      ...(isWilling ? [{ purpose: 'marketing' as const, isGranted: true }] : []),
    ],
  })
  return { simUser, client, personId: await canonicalId(person.id) }
}

const offer = {
  values: { thing1: '{{ person.name }}的会员日双倍积分开始啦欢迎到店参加活动哦', time2: '2026-11-28 10:00', thing3: '到店即享' },
  page: 'pages/coupons/centre',
}
const notice = { values: { thing1: '满 300 减 40', thing2: '全部门店', time3: '2026年11月28日' }, page: 'pages/coupons/index' }

async function segmentOf(people: Reader[]): Promise<number> {
  const made = await operator.call('segments.create', {
    kind: 'static',
    name: `名单 ${Math.random()}`,
    personIds: people.map(one => one.personId),
  })
  await product.settle()
  return made.id
}

/** One tap of the customer in the mini-program. */
async function tap(reader: Reader): Promise<void> {
  await play.act('mini.subscribe', { simUser: reader.simUser, appId: miniAppId, choices: { [offerTemplateId]: 'accept' } })
  await reader.client.call('subscriptions.record', {
    place: 'home',
    choices: [{ templateId: offerTemplateId, choice: 'accept' }],
  })
  await callbacks()
}

/** The simulator pushes callbacks by itself; wait for them, then work. */
async function callbacks(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 250))
  await product.settle()
}

async function sendTo(people: Reader[], templateId: number, content: typeof offer | typeof notice) {
  const campaign = await operator.call('campaigns.create', {
    name: '测试',
    templateId,
    segmentId: await segmentOf(people),
    content,
  })
  await operator.call('campaigns.send', { campaignId: campaign.id })
  await product.settle()
  await callbacks()
  return campaign.id
}

const outcomeOf = async (campaignId: number) => {
  const { items } = await operator.call('campaigns.recipients', { campaignId, pageSize: 200 })
  return Object.fromEntries(
    items.map(one => [
      Object.entries(readers).find(([, reader]) => reader.personId === one.personId)?.[0] ?? one.personId,
      one.reason ?? one.status,
    ]),
  )
}

const received = async (reader: Reader, kind: 'template' | 'subscribe') =>
  (await play.chat(reader.simUser)).filter(message => message.kind === kind)

describe('what may be sent', () => {
  test('an offer through a template message is refused, with the lawful way', async () => {
    const connections = await operator.call('connections.list', {})
    const draft = {
      channel: 'template' as const,
      connectionId: connections.find(one => one.externalId === officialAppId)!.id,
      templateId: 'X',
      title: '活动',
      fields: [{ key: 'thing1', label: '内容' }],
    }
    expect(await operator.codeOf('messageTemplates.create', { ...draft, purpose: 'marketing' })).toBe(
      'message.marketingByTemplate',
    )
    for (const purpose of ['safety', 'dunning'] as const) {
      const made = await operator.call('messageTemplates.create', { ...draft, templateId: `X-${purpose}`, purpose })
      expect(await operator.codeOf('messageTemplates.update', { id: made.id, purpose: 'marketing' })).toBe(
        'message.marketingByTemplate',
      )
      expect(
        await operator.codeOf('campaigns.create', {
          name: '召回',
          templateId: made.id,
          content: { values: { thing1: '全场 8 折' } },
        }),
      ).toBe('message.offerInService')
      const campaign = await operator.call('campaigns.create', {
        name: '召回',
        templateId: made.id,
        content: { values: { thing1: '请停止使用' } },
      })
      expect(campaign.purpose).toBe(purpose)
      expect(await operator.codeOf('messageTemplates.update', { id: made.id, purpose: 'service' })).toBe('message.templateUsed')
    }
    expect(
      await operator.codeOf('campaigns.create', {
        name: '大促',
        templateId: ids.notice,
        content: { ...notice, values: { ...notice.values, thing2: '全场 8 折，限时抢购' } },
      }),
    ).toBe('message.offerInService')
  })

  test('a content that cannot be sent is refused before the send', async () => {
    const create = (values: Record<string, string>, page = '') =>
      operator.codeOf('campaigns.create', {
        name: '测试',
        templateId: ids.offer,
        content: { values: { ...offer.values, ...values }, page },
      })
    expect(await create({ thing1: '' })).toBe('message.missingValue')
    expect(await create({ thing1: '{{ person.' })).toBe('message.badLiquid')
    expect(await create({ thing1: '{{ person.idCard }}' })).toBe('message.unknownVariable')
    expect(await create({}, 'javascript:alert(1)')).toBe('message.badPage')
    expect(await create({}, 'http://example.com')).toBe('message.badPage')
  })

  test('a campaign takes no segment of another brand, though its writer sees both', async () => {
    const other = await make.brand({ name: '绒啾' })
    const theirs = await operator
      .with({ 'X-Brand-Id': String(other.id) })
      .call('segments.create', { kind: 'dynamic', name: '别家的人', rule: { kind: 'all', rules: [] } })
    const everywhere = operator.with({ 'X-Brand-Id': '' })
    const draft = { name: '测试', templateId: ids.notice, content: notice }
    expect(await everywhere.codeOf('campaigns.create', { ...draft, segmentId: theirs.id })).toBe('thing.notFound')
    expect(await everywhere.codeOf('campaigns.reach', { templateId: ids.notice, segmentId: theirs.id })).toBe('thing.notFound')
    const own = await everywhere.call('campaigns.create', { ...draft, segmentId: await segmentOf([readers.安!]) })
    expect(own.segmentName).toMatch(/^名单/)
  })

  test('the preview shows where the platform would cut', async () => {
    const { fields } = await operator.call('messageTemplates.preview', { templateId: ids.offer, content: offer })
    const first = fields.find(field => field.key === 'thing1')
    expect(first?.isCut).toBe(true)
    expect([...(first?.value ?? '')]).toHaveLength(20)
  })
})

describe('subscribe messages', () => {
  test('one tap is one credit, though two tell of it; one credit is one send', async () => {
    const { 安: ann } = readers as { 安: Reader }
    await tap(ann)
    expect((await ann.client.call('subscriptions.templatesFor', { place: 'home' })).templates[0]?.credits).toBe(1)
    const first = await sendTo([ann], ids.offer, offer)
    expect(await outcomeOf(first)).toEqual({ 安: 'delivered' })
    expect(await received(ann, 'subscribe')).toHaveLength(1)
    await later(2)
    expect(await outcomeOf(await sendTo([ann], ids.offer, offer))).toEqual({ 安: 'noCredit' })
  })

  test('before sending: how many can be reached, and why the others cannot', async () => {
    await later()
    const { 博: bob, 岑: cen, 无: wu } = readers as Record<'博' | '岑' | '无', Reader>
    await tap(bob)
    await tap(wu)
    const reach = await operator.call('campaigns.reach', { segmentId: await segmentOf([bob, cen, wu]), templateId: ids.offer })
    expect(reach).toMatchObject({ audience: 3, reachable: 1 })
    expect(Object.fromEntries(reach.byReason.map(one => [one.reason, one.count]))).toEqual({ noCredit: 1, noConsent: 1 })
    expect(reach.advice.length).toBeGreaterThan(0)
    expect(await outcomeOf(await sendTo([bob, cen, wu], ids.offer, offer))).toEqual({
      博: 'delivered',
      岑: 'noCredit',
      无: 'noConsent',
    })
  })

  test('nobody is messaged after unsubscribing, even when he unsubscribes between freezing and sending', async () => {
    await later()
    const { 岑: cen } = readers as { 岑: Reader }
    await tap(cen)
    const campaign = await operator.call('campaigns.create', {
      name: '测试',
      templateId: ids.offer,
      segmentId: await segmentOf([cen]),
      content: offer,
      whenQuiet: 'wait',
    })
    await moveTo(after(11 * 3_600_000)) // 23:00: quiet
    await operator.call('campaigns.send', { campaignId: campaign.id })
    await product.settle()
    expect(await outcomeOf(campaign.id)).toEqual({ 岑: 'waiting' })
    await cen.client.call('consent.withdraw', { purpose: 'marketing' })
    await moveTo(after(21 * 3_600_000 + 1000)) // 09:00 the next day
    await product.settle()
    expect(await outcomeOf(campaign.id)).toEqual({ 岑: 'unsubscribed' })
    expect(await received(cen, 'subscribe')).toHaveLength(0)
    await cen.client.call('consent.give', { purpose: 'marketing', textVersion: 'v1' })
  })

  test('the cap counts over all campaigns, also when they are sent at the same time', async () => {
    await later()
    const { 丁: ding } = readers as { 丁: Reader }
    await tap(ding)
    await new Promise(resolve => setTimeout(resolve, 10))
    await run(sql`UPDATE subscribe_balances SET balance = 5 WHERE person_id = ${ding.personId}`)
    for (let n = 0; n < 4; n += 1)
      await play.act('mini.subscribe', { simUser: ding.simUser, appId: miniAppId, choices: { [offerTemplateId]: 'accept' } })
    await callbacks()
    const segmentId = await segmentOf([ding])
    const campaigns = []
    for (let n = 0; n < 3; n += 1)
      campaigns.push(
        (
          await operator.call('campaigns.create', {
            name: `并发 ${n}`,
            templateId: ids.offer,
            segmentId,
            content: offer,
            whenQuiet: 'skip',
          })
        ).id,
      )
    for (const campaignId of campaigns) await operator.call('campaigns.send', { campaignId })
    await callbacks()
    const outcomes = await Promise.all(campaigns.map(outcomeOf))
    expect(outcomes.map(one => one.丁).sort()).toEqual(['capped', 'capped', 'delivered'])
    expect(await received(ding, 'subscribe')).toHaveLength(1)
  })

  test('43101: the platform knows of no credit; none is used up and the ledger is set right', async () => {
    await later()
    const reader = await newReader('戊', true)
    readers.戊 = reader
    await reader.client.call('subscriptions.record', {
      place: 'home',
      choices: [{ templateId: offerTemplateId, choice: 'accept' }],
    }) // a lie of the client: no tap
    expect(await outcomeOf(await sendTo([reader], ids.offer, offer))).toEqual({ 戊: 'refusedByUser' })
    expect((await reader.client.call('subscriptions.templatesFor', { place: 'home' })).templates[0]?.credits).toBe(0)
    const [sum] = await rows<{ n: number }>(
      sql`SELECT SUM(delta) AS n FROM subscribe_credits WHERE person_id = ${reader.personId}`,
    )
    expect(Number(sum?.n)).toBe(0)
  })
})

describe('template messages', () => {
  test('followers get them once, receipts come back, a blocked reader says so, clicks and reading are seen', async () => {
    await later()
    const { 安: ann, 博: bob, 岑: cen } = readers as Record<'安' | '博' | '岑', Reader>
    await play.act('follow', { simUser: ann.simUser, appId: officialAppId })
    await play.act('follow', { simUser: bob.simUser, appId: officialAppId })
    await callbacks()
    await play.act('block', { simUser: bob.simUser, appId: officialAppId, isBlocked: true })
    const campaignId = await sendTo([ann, bob, cen], ids.notice, notice)
    await callbacks()
    expect(await outcomeOf(campaignId)).toEqual({ 安: 'delivered', 博: 'blockedByUser', 岑: 'noAddress' })
    expect(await received(ann, 'template')).toHaveLength(1)

    const mine = await ann.client.call('messages.mine', {})
    expect(mine.items[0]).toMatchObject({ title: '优惠券到期提醒', isRead: false, page: 'pages/coupons/index' })
    expect(mine.items[0]?.fields[0]).toEqual({ label: '优惠券', value: '满 300 减 40' })

    const url = String((await received(ann, 'template'))[0]?.url)
    const answer = await fetch(url.replace(/^https?:\/\/[^/]+/, product.url), { redirect: 'manual' })
    expect(answer.headers.get('location')).toContain('/m/#/pages/coupons/index?m=')
    expect((await fetch(`${product.url}/r/1-0000000000`, { redirect: 'manual' })).status).toBe(302)
    const code = /m=([\w-]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? ''
    expect(await ann.client.call('messages.opened', { code })).toEqual({ isCounted: false }) // the same tap
    const report = await operator.call('campaigns.report', { campaignId })
    expect(report).toMatchObject({ sent: 1, delivered: 1, clicked: { people: 1, clicks: 1 } })
    expect(report.failed).toEqual([{ reason: 'blockedByUser', text: '客户已拉黑或取消关注', count: 1 }])
    expect(report.skipped).toEqual([{ reason: 'noAddress', text: expect.any(String), count: 1 }])
    expect((await ann.client.call('messages.mine', {})).unread).toBe(1) // the earlier subscribe message
  })

  test('each reads of his own membership, filled in before the platform cuts', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    const { items } = await operator.call('messageVariables.list', {})
    expect(items.map(one => one.name)).toEqual(expect.arrayContaining(['member.tier', 'member.points', 'member.memberNo']))
    await operator.call('points.adjust', { personId: ann.personId, points: 1234, reason: '生日礼' })
    const guest = await play.signIn(await play.addPerson('客'), miniAppId)
    const guestId = await canonicalId(guest.person.id)
    await play.act('follow', { simUser: ann.simUser, appId: officialAppId })
    await callbacks()
    const { member, points } = await ann.client.call('members.me', {})
    expect(points.available).toBeGreaterThanOrEqual(1234)
    const values = {
      thing1: '{{ member.tier }}您有{{ member.points }}分可用，敬请期待更多会员权益的更新',
      thing2: '{{ member.memberNo }}',
      time3: '{{ today.date }}',
    }
    await sendTo([ann], ids.notice, { values, page: '' })
    const text = JSON.stringify((await received(ann, 'template')).at(-1))
    const full = `${member?.tierName}您有${points.available}分可用，敬请期待更多会员权益的更新`
    expect(text).toContain(`${[...full].slice(0, 19).join('')}…`)
    expect(text).toContain(member?.memberNo)
    const facts = await commonFacts({ personIds: [guestId], brandId, now: noon, contents: [{ values, page: '' }] })
    expect(facts.get(guestId)?.member).toEqual({ tier: '', points: 0, memberNo: '' })
  })

  test('who leaves is not sent to', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    await play.act('unfollow', { simUser: ann.simUser, appId: officialAppId })
    await callbacks()
    expect(await outcomeOf(await sendTo([ann], ids.notice, notice))).toEqual({ 安: 'notFollowing' })
    await play.act('follow', { simUser: ann.simUser, appId: officialAppId })
    await callbacks()
  })

  test('a test send reaches oneself at once', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    const before = (await received(ann, 'template')).length
    const sent = await operator.call('campaigns.testSend', { templateId: ids.notice, content: notice, personId: ann.personId })
    expect(sent.status).toMatch(/sent|delivered/)
    expect(await received(ann, 'template')).toHaveLength(before + 1)
  })
})

describe('nobody twice, nobody lost', () => {
  test('a worker that died between intent and outcome: unknown, and never sent again', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    const campaign = await operator.call('campaigns.create', {
      name: '中断',
      templateId: ids.notice,
      segmentId: await segmentOf([ann]),
      content: notice,
    })
    await operator.call('campaigns.send', { campaignId: campaign.id })
    const before = (await received(ann, 'template')).length
    // As the process would leave it: frozen, claimed, the intent written, the lease over.
    await run(sql`UPDATE campaigns SET status = 'sending' WHERE id = ${campaign.id}`)
    await transaction(async () => {
      await run(
        sql`INSERT INTO messages (brand_id, campaign_id, is_test, person_id, channel, purpose, template_id, app_id, send_key, facts, state, has_credit, last_moment, created_at, status, due_at, attempts, leased_until, sent_at)
          SELECT brand_id, ${campaign.id}, 0, ${ann.personId}, channel, purpose, id, app_id, ${`c:${campaign.id}:${ann.personId}`}, '{}', 'sending', 0, ${after(DAY)}, ${noon}, 'leased', ${noon}, 1, ${after(-1000)}, ${noon} FROM message_templates WHERE id = ${ids.notice}`,
      )
    })
    await moveTo(after(60_000))
    await product.settle()
    expect(await outcomeOf(campaign.id)).toEqual({ 安: 'unknownOutcome' })
    expect(await received(ann, 'template')).toHaveLength(before)
    expect((await operator.call('campaigns.get', { campaignId: campaign.id })).status).toBe('done')
  })

  test('the platform is busy: what was not carried out is tried again, the message arrives once', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    const before = (await received(ann, 'template')).length
    await play.act('faults.add', { kind: 'busy', target: 'message/template/send', remaining: 4 })
    const campaignId = await sendTo([ann], ids.notice, notice)
    await moveTo(after(600_000))
    await product.settle()
    await callbacks()
    expect(await outcomeOf(campaignId)).toEqual({ 安: 'delivered' })
    expect(await received(ann, 'template')).toHaveLength(before + 1)
  })

  test('the platform carried it out and its answer was lost: its receipt tells, and nothing is sent again', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    await operator.call('campaigns.testSend', { templateId: ids.notice, content: notice, personId: ann.personId })
    const before = (await received(ann, 'template')).length
    await play.act('faults.add', { kind: 'lostAnswer', target: 'message/template/send', remaining: 1 })
    const campaignId = await sendTo([ann], ids.notice, notice)
    await moveTo(after(600_000))
    await product.settle()
    expect(await outcomeOf(campaignId)).toEqual({ 安: 'delivered' })
    expect(await received(ann, 'template')).toHaveLength(before + 1)
  })

  describe('a worker whose lease ended while other sends took their time', () => {
    /** Two workers of one message: the second took it when the lease of the first was over. */
    async function takenTwice(ann: Reader) {
      const campaign = await operator.call('campaigns.create', {
        name: '迟到',
        templateId: ids.notice,
        segmentId: await segmentOf([ann]),
        content: notice,
      })
      await run(sql`UPDATE campaigns SET status = 'sending' WHERE id = ${campaign.id}`)
      const key = `c:${campaign.id}:${ann.personId}`
      await run(
        sql`INSERT INTO messages (brand_id, campaign_id, is_test, person_id, channel, purpose, template_id, app_id, send_key, facts, state, has_credit, last_moment, created_at, status, due_at, attempts, leased_until)
          SELECT brand_id, ${campaign.id}, 0, ${ann.personId}, channel, purpose, id, app_id, ${key}, '{}', 'waiting', 0, ${after(DAY)}, ${noon}, 'leased', ${noon}, 1, ${after(120_000)} FROM message_templates WHERE id = ${ids.notice}`,
      )
      const claimed = async () => (await rows<MessageRow>(sql`SELECT * FROM messages WHERE send_key = ${key}`))[0]!
      const first = await claimed()
      await run(sql`UPDATE messages SET attempts = 2 WHERE send_key = ${key}`)
      return { campaignId: campaign.id, key, first, second: await claimed() }
    }

    test('sends nothing: the row is another worker’s', async () => {
      await later()
      const { 安: ann } = readers as { 安: Reader }
      const { campaignId, first, second } = await takenTwice(ann)
      const before = (await received(ann, 'template')).length
      await sendWorker.runMany?.([first])
      expect(await received(ann, 'template')).toHaveLength(before)
      await sendWorker.runMany?.([second])
      await callbacks()
      expect(await received(ann, 'template')).toHaveLength(before + 1)
      expect(await outcomeOf(campaignId)).toEqual({ 安: 'delivered' })
    })

    test('says what the platform answered, though it was taken for dead meanwhile', async () => {
      await later()
      const { 安: ann } = readers as { 安: Reader }
      const { campaignId, key, second } = await takenTwice(ann)
      await play.act('faults.add', { kind: 'drop', target: 'TEMPLATESENDJOBFINISH', remaining: 1 })
      await play.act('faults.add', { kind: 'slow', target: 'message/template/send', remaining: 1, ms: 1_500 })
      const sending = sendWorker.runMany?.([second])
      await eventually(async () => (await rows(sql`SELECT id FROM messages WHERE send_key = ${key} AND state = 'sending'`))[0])
      const [lost] = await rows<MessageRow>(sql`SELECT * FROM messages WHERE send_key = ${key}`)
      await sendWorker.runMany?.([lost!])
      expect(await outcomeOf(campaignId)).toEqual({ 安: 'unknownOutcome' })
      await sending
      expect(await outcomeOf(campaignId)).toEqual({ 安: 'sent' })
      const [row] = await rows(sql`SELECT status, last_error FROM messages WHERE send_key = ${key}`)
      expect(row).toEqual({ status: 'done', last_error: null })
    })
  })

  test('the platform carried it out, its answer and its receipt were lost: unknown, never sent again', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    await operator.call('campaigns.testSend', { templateId: ids.notice, content: notice, personId: ann.personId }) // a fresh token, so that the fault meets the send
    const before = (await received(ann, 'template')).length
    await play.act('faults.add', { kind: 'drop', target: 'TEMPLATESENDJOBFINISH', remaining: 1 })
    await play.act('faults.add', { kind: 'lostAnswer', target: 'message/template/send', remaining: 1 })
    const campaignId = await sendTo([ann], ids.notice, notice)
    await moveTo(after(600_000))
    await product.settle()
    expect(await outcomeOf(campaignId)).toEqual({ 安: 'unknownOutcome' })
    // An operator sees it with its reason among what failed. He cannot have it sent again, only have seen it.
    const { items: letters } = await operator.call('deadLetters.list', { source: 'messages', pageSize: 200 })
    const letter = letters.find(one => one.subject.startsWith(`c:${campaignId}:`))
    expect(letter).toMatchObject({ mayRunAgain: false, mayDismiss: true, lastError: expect.stringContaining('不会重发') })
    expect(await operator.call('deadLetters.runAgain', { ids: [letter?.id ?? ''] })).toEqual({ count: 0 })
    expect(await operator.call('deadLetters.dismiss', { ids: [letter?.id ?? ''] })).toEqual({ count: 1 })
    expect(await received(ann, 'template')).toHaveLength(before + 1)
    const report = await operator.call('campaigns.report', { campaignId })
    expect(report).toMatchObject({ sent: 0, unknown: 1, failed: [] })
  })

  test('who is there when the send begins is in its audience, though rules have not heard of him yet', async () => {
    await later()
    const eve = await newReader(`夕${Math.random()}`, true)
    await callbacks()
    const segmentId = await segmentOf([eve])
    // As on a busy machine: what rules read of her is still on its way.
    await run(
      sql`UPDATE fact_batches SET status = 'leased', leased_until = ${after(DAY)} WHERE id = (SELECT id FROM (SELECT MAX(id) AS id FROM fact_batches) AS newest)`,
    )
    const campaign = await operator.call('campaigns.create', { name: '新人', templateId: ids.notice, segmentId, content: notice })
    await operator.call('campaigns.send', { campaignId: campaign.id })
    await product.settle()
    expect((await operator.call('campaigns.get', { campaignId: campaign.id })).status).toBe('freezing')
    await run(sql`UPDATE fact_batches SET status = 'due', leased_until = NULL WHERE status = 'leased'`)
    await product.settle()
    await eventually(async () => {
      await product.settle()
      const { status, counts } = await operator.call('campaigns.get', { campaignId: campaign.id })
      return status === 'done' && counts.audience === 1
    })
  })

  test('a large send is held, and taken back; nobody gets it', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    await operator.call('reachSettings.update', { largeSendMin: 1 })
    const campaign = await operator.call('campaigns.create', {
      name: '大批',
      templateId: ids.notice,
      segmentId: await segmentOf([ann]),
      content: notice,
    })
    const held = await operator.call('campaigns.send', { campaignId: campaign.id })
    expect(held.status).toBe('holding')
    expect(new Date(held.heldUntil!).getTime() - noon.getTime()).toBeGreaterThan(290_000)
    await product.settle()
    const before = (await received(ann, 'template')).length
    expect((await operator.call('campaigns.undo', { campaignId: campaign.id })).status).toBe('cancelled')
    await moveTo(after(600_000))
    await product.settle()
    expect(await received(ann, 'template')).toHaveLength(before)
    expect(await operator.codeOf('campaigns.send', { campaignId: campaign.id })).toBe('campaign.notDraft')

    const second = await operator.call('campaigns.create', {
      name: '大批二',
      templateId: ids.notice,
      segmentId: await segmentOf([ann]),
      content: notice,
    })
    await operator.call('campaigns.send', { campaignId: second.id })
    await moveTo(after(1_300_000))
    await product.settle()
    expect(await received(ann, 'template')).toHaveLength(before + 1)
    await operator.call('reachSettings.update', { largeSendMin: 200 })
  })
})

describe('by itself', () => {
  test('a notice is off until a template is chosen, then tells each fact once', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    expect(await operator.codeOf('notices.update', { key: 'couponExpiring', isOn: true })).toBe('notice.incomplete')
    await operator.call('notices.update', {
      key: 'couponExpiring',
      isOn: true,
      templateId: ids.notice,
      content: {
        values: { thing1: '{{ coupon.name }}', thing2: '全部门店', time3: '{{ coupon.expiresAt }}' },
        page: 'pages/coupons/index',
      },
    })
    const before = (await received(ann, 'template')).length
    const tell = () =>
      transaction(() =>
        notify(systemCtx({ brandId, now: noon }), {
          key: 'couponExpiring',
          brandId,
          personId: ann.personId,
          factKey: '77',
          facts: { coupon: { name: '新客礼', expiresAt: '2026年11月28日 23:59' } },
          lastMoment: after(DAY),
        }),
      )
    await tell()
    await tell()
    await product.settle()
    const chat = await received(ann, 'template')
    expect(chat).toHaveLength(before + 1)
    expect(JSON.stringify(chat.at(-1))).toContain('新客礼')
    const { items } = await operator.call('notices.list', {})
    expect(items.find(one => one.key === 'couponExpiring')).toMatchObject({ isOn: true, sentLast30Days: 1, missing: null })
  })

  test('whoever enters a segment gets the message once; who was there before does not', async () => {
    await later()
    const { 安: ann } = readers as { 安: Reader }
    const tag = await operator.call('tags.create', { name: '敏感肌' })
    await operator.call('tags.put', { personIds: [ann.personId], tagId: tag.id })
    await callbacks()
    const rule = { kind: 'all' as const, rules: [{ kind: 'tag' as const, op: 'any' as const, tagIds: [tag.id] }] }
    const segment = await operator.call('segments.create', { kind: 'dynamic', name: '敏感肌', rule })
    await callbacks()
    const campaign = await operator.call('campaigns.create', {
      name: '进入即发',
      templateId: ids.notice,
      segmentId: segment.id,
      content: notice,
      trigger: 'onEnter',
    })
    expect((await operator.call('campaigns.send', { campaignId: campaign.id })).status).toBe('listening')
    const newcomer = await newReader('己', true)
    readers.己 = newcomer
    await play.act('follow', { simUser: newcomer.simUser, appId: officialAppId })
    await callbacks()
    for (let n = 0; n < 2; n += 1) {
      await operator.call('tags.put', { personIds: [newcomer.personId], tagId: tag.id })
      await callbacks()
      await operator.call('segments.refresh', { segmentId: segment.id })
      await callbacks()
      await operator.call('tags.take', { personIds: [newcomer.personId], tagId: tag.id })
      await callbacks()
      await operator.call('segments.refresh', { segmentId: segment.id })
      await callbacks()
    }
    expect(await outcomeOf(campaign.id)).toEqual({ 己: 'delivered' })
    expect((await operator.call('campaigns.undo', { campaignId: campaign.id })).status).toBe('cancelled')
  })

  test('the report says what they bought within seven days, refunds taken off', async () => {
    await later()
    const { 安: ann, 己: ji } = readers as Record<'安' | '己', Reader>
    await operator.call('reachSettings.update', { largeSendMin: 200 })
    const campaignId = await sendTo([ann, ji], ids.notice, notice)
    const store = await make.store(brandId)
    const buy = (personId: number, amountFen: number) =>
      operator.call('orders.record', {
        personId,
        storeId: store.id,
        lines: [{ sku: 'A', name: '精华', quantity: 1, unitPriceFen: amountFen }],
      })
    await moveTo(after(2 * DAY))
    await buy(ann.personId, 10_000)
    const second = await buy(ann.personId, 5_000)
    await operator.call('orders.refund', { orderId: second.order.id, reason: '退货' })
    await moveTo(after(8 * DAY))
    await buy(ji.personId, 7_000) // too late
    const report = await operator.call('campaigns.report', { campaignId })
    expect(report.boughtWithin7Days).toEqual({ people: 1, orders: 1, amountFen: 10_000 })
    noon = after(8 * DAY)
  })

  test('two records of one person become one: credits add up, a campaign reaches him once', async () => {
    await later()
    const [left, right] = [await newReader('庚', true), await newReader('辛', true)]
    Object.assign(readers, { 庚: left, 辛: right })
    for (const one of [left, right]) await tap(one)
    await moveTo(after(11 * 3_600_000)) // 23:00: the messages wait
    const campaign = await operator.call('campaigns.create', {
      name: '合并',
      templateId: ids.offer,
      segmentId: await segmentOf([left, right]),
      content: offer,
    })
    await operator.call('campaigns.send', { campaignId: campaign.id })
    await product.settle()
    const merged = await operator.call('identity.merge', { personIds: [left.personId, right.personId] })
    const balance = async () =>
      (
        await rows<{ person_id: number; balance: number }>(
          sql`SELECT person_id, balance FROM subscribe_balances WHERE person_id IN (${[left.personId, right.personId]}) ORDER BY person_id`,
        )
      ).map(row => Number(row.balance))
    expect(await balance()).toEqual([2])
    await moveTo(after(21 * 3_600_000 + 60_000))
    await callbacks()
    const { items } = await operator.call('campaigns.recipients', { campaignId: campaign.id })
    expect(items.map(one => one.reason ?? (one.status === 'delivered' ? 'sent' : one.status)).sort()).toEqual(['merged', 'sent'])
    expect((await received(left, 'subscribe')).length + (await received(right, 'subscribe')).length).toBe(1)
    await operator.call('identity.unmerge', { mergeId: merged.mergeIds[0]! })
    expect((await balance()).reduce((sum, one) => sum + one, 0)).toBe(1)
  })
})

describe('about things', () => {
  async function fleet(key: string, owners: [plate: string, owner: Reader | null][]) {
    const type = await operator.call('subjectTypes.create', {
      key,
      zh: '车辆',
      attributes: [{ key: 'plate', zh: '车牌', kind: 'text', isUnique: true }],
      relations: [{ key: 'owner', zh: '车主', to: 'person' }],
      reach: { mode: 'first', steps: [{ by: 'relation', relation: 'owner' }] },
      titleAttribute: 'plate',
    })
    const put = (list: typeof owners) =>
      operator.call('subjects.put', {
        typeId: type.id,
        subjects: list.map(([plate, owner]) => ({
          values: { plate },
          relations: owner ? [{ relation: 'owner', personId: owner.personId }] : [],
        })),
      })
    await put(owners)
    await product.settle()
    const segment = await operator.call('segments.create', {
      kind: 'dynamic',
      typeId: type.id,
      name: `要保养的 ${key}`,
      rule: { kind: 'text', field: 'plate', is: { op: 'startsWith', value: '沪' } },
    })
    await product.settle()
    return { put, segmentId: segment.id }
  }
  async function follower(name: string): Promise<Reader> {
    const reader = await newReader(name, true)
    await play.act('follow', { simUser: reader.simUser, appId: officialAppId })
    await callbacks()
    return reader
  }
  const aboutCars = { ...notice, values: { ...notice.values, thing1: '{{ things.titles }}' } }
  const titles = async (reader: Reader) =>
    (await received(reader, 'template')).map(message => /(?:[沪苏][A-Z]\d、?)+/.exec(JSON.stringify(message))?.[0])

  test('one owner of three vehicles gets one message that names them, or three; who leads to nobody is counted', async () => {
    await later()
    const [ann, bob] = [await follower('陈'), await follower('褚')]
    const before = { ann: (await titles(ann)).length, bob: (await titles(bob)).length }
    const { segmentId } = await fleet('truck', [
      ['沪A1', ann],
      ['沪A2', ann],
      ['沪A3', ann],
      ['沪B1', bob],
      ['苏C1', bob],
      ['沪D1', null],
    ])
    const reach = await operator.call('campaigns.reach', { segmentId, templateId: ids.notice })
    expect(reach).toMatchObject({ audience: 2, reachable: 2, things: { count: 5, withoutContact: 1 } })

    const send = async (perThing: boolean) => {
      const campaign = await operator.call('campaigns.create', {
        name: '保养',
        templateId: ids.notice,
        segmentId,
        content: aboutCars,
        perThing,
      })
      await operator.call('campaigns.send', { campaignId: campaign.id })
      await product.settle()
      await callbacks()
    }
    await send(false)
    expect((await titles(ann)).slice(before.ann)).toEqual(['沪A1、沪A2、沪A3'])
    expect((await titles(bob)).slice(before.bob)).toEqual(['沪B1'])
    await send(true)
    expect((await titles(ann)).slice(before.ann + 1).sort()).toEqual(['沪A1', '沪A2', '沪A3'])
    expect((await titles(bob)).slice(before.bob + 1)).toEqual(['沪B1'])
  })

  test('a vehicle that enters the segment has its owner written to, once', async () => {
    await later()
    const ann = await follower('卫')
    const { put, segmentId } = await fleet('bike', [['苏A1', ann]])
    const campaign = await operator.call('campaigns.create', {
      name: '到期',
      templateId: ids.notice,
      segmentId,
      trigger: 'onEnter',
      content: aboutCars,
    })
    await operator.call('campaigns.send', { campaignId: campaign.id })
    const before = (await titles(ann)).length
    await put([['沪X9', ann]])
    await product.settle()
    await callbacks()
    expect((await titles(ann)).slice(before)).toEqual(['沪X9'])
    await put([['沪X9', ann]])
    await product.settle()
    expect((await titles(ann)).slice(before)).toEqual(['沪X9'])
  })

  test('people have no things to name', async () => {
    const segmentId = await segmentOf([readers.安!])
    const draft = { name: '错', templateId: ids.notice, segmentId, content: aboutCars }
    expect(await operator.codeOf('campaigns.create', draft)).toBe('message.unknownVariable')
  })
})
