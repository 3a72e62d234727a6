import { addDays, addSeconds, type Ctx, dayIn, systemCtx } from '../core/index.ts'
import {
  clickCodeOf,
  createCampaign,
  listRecipients,
  messageOpened,
  sendToList,
  workers as sendWorkers,
} from '../messaging/index.ts'
import { mostLoyal } from './hard-members.ts'
import { type PastSend, pastSends } from './history-plan.ts'
import { hasBlocked, hasGone } from './join-world.ts'
import type { Organisation } from './make-brands.ts'
import type { Accounts } from './make-people.ts'
import { atMoment, type PretendWorld, workAll, workOff } from './play.ts'
import type { SamplePerson } from './population.ts'
import type { Purchase } from './purchases.ts'
import { type Random, randomOf } from './random.ts'
import { doneStep, once, onceOutside } from './steps.ts'
import type { SampleBrand } from './world.ts'

type History = {
  people: readonly SamplePerson[]
  personIds: readonly number[]
  organisation: Organisation
  accounts: Accounts
  purchases: Record<SampleBrand, readonly Purchase[]>
}

/**
 * A year of sends through the product's own gate to the pretend platforms, each on its day: receipts, refusals and blocks are theirs, taps are
 * the readers', and what they bought within a week stands in the orders.
 */
export async function makeHistory(ctx: Ctx, of: History, progress: (done: number, total: number) => void): Promise<void> {
  const { world } = of.accounts
  if (!world) return
  const sends = pastSends(ctx.now)
  for (const [at, send] of sends.entries()) {
    await playSend(ctx, of, world, send)
    progress(at + 1, sends.length)
  }
}

async function playSend(ctx: Ctx, of: History, world: PretendWorld, send: PastSend): Promise<void> {
  const random = randomOf(`sample:history:${send.key}`)
  const brandId = of.organisation.brandIds[send.brand]
  const then = systemCtx({ brandId, now: send.at, name: '演示运营 小顾' })
  const list = listOf(random, of, send)
  await atMoment(send.at, async () => {
    const campaignId = await once(ctx, `history:${send.key}`, async () => {
      const { id } = await createCampaign({ ...then, now: addDays(send.at, -1) }, await draftOf(send))
      await sendToList(then, { campaignId: id }, list)
      return id
    })
    await onceOutside(ctx, `history:${send.key}:sent`, async () => {
      if (send.fault) await world.act('faults.add', { target: 'template/send', ...send.fault })
      await workAll(sendWorkers)
      await workOff(world, { events: ['wechat.templateFinished', 'wechat.subscribeSent'], tasks: ['messaging.earlyReceipts'] })
    })
    await onceOutside(ctx, `history:${send.key}:taps`, () => tap(then, random, campaignId, send.clickShare))
  })
}

async function draftOf(send: PastSend) {
  const ids = (await doneStep<Record<string, number>>(`templates:${send.brand}`))?.detail ?? {}
  const templateId = ids[send.channel === 'subscribe' ? `${send.title}（小程序）` : send.title] ?? 0
  const segmentId = send.segment ? ((await doneStep<number>(`segment:${send.brand}:${send.segment}`))?.detail ?? null) : null
  return {
    name: send.name,
    templateId,
    segmentId,
    content: { values: send.values, page: send.page },
    trigger: 'once' as const,
    sendAt: null,
    whenQuiet: 'skip' as const,
    waitHoursMax: 24,
    perThing: false,
  }
}

/**
 * Who was meant that day, by what was true that day. Always among them: the one who wants no advertising, and to followers one who has gone without
 * our hearing of it and one who blocks us.
 */
function listOf(
  random: Random,
  { people, personIds, purchases }: History,
  { brand, at, to, count, channel }: PastSend,
): number[] {
  const last = new Map<number, Date>()
  const counts = new Map<number, number>()
  for (const one of purchases[brand]) {
    if (one.paidAt >= at) continue
    last.set(one.personIndex, one.paidAt)
    counts.set(one.personIndex, (counts.get(one.personIndex) ?? 0) + 1)
  }
  const day = dayIn(addDays(at, 7)).slice(5)
  const isMeant: Record<PastSend['to'], (person: SamplePerson) => boolean> = {
    members: () => true,
    buyers: person => (counts.get(person.index) ?? 0) > 0,
    sleepers: person => (last.get(person.index) ?? at) < addDays(at, -60),
    birthdays: person => person.birthday !== null && Math.abs(daysApart(person.birthday.slice(5), day)) <= 15,
  }
  const meant = people.filter(person => {
    const membership = person.members[brand]
    return membership && membership.joinedAt < at && isMeant[to](person)
  })
  // Most of those to whom the channel leads at all; the others show why a send does not reach everybody.
  const isNear = (person: SamplePerson) =>
    channel === 'template'
      ? person.followerOpenids[brand] !== undefined
      : person.index % 3 === 0 && person.openids[brand] !== undefined
  const [near, far] = [meant.filter(isNear), meant.filter(person => !isNear(person))]
  const chosen = new Set<SamplePerson>(brand === 'lieye' ? [mostLoyal(people)] : [])
  for (let turn = 0; turn < count * 4 && chosen.size < count; turn += 1) {
    const from = random.chance(0.85) || far.length === 0 ? near : far
    if (from.length > 0) chosen.add(random.pick(from))
  }
  // Last, so that what goes wrong at the platform falls on others.
  for (const isDeaf of channel === 'template' ? [hasGone, hasBlocked] : []) {
    const deaf = near.filter(isDeaf)
    if (deaf.length > 0) chosen.add(random.pick(deaf))
  }
  return [...chosen].map(person => personIds[person.index] ?? 0)
}

function daysApart(a: string, b: string): number {
  return (Date.parse(`2024-${a}`) - Date.parse(`2024-${b}`)) / 86_400_000
}

/** Readers tap within two days, some twice. */
async function tap(then: Ctx, random: Random, campaignId: number, share: number): Promise<void> {
  const { items } = await listRecipients(then, { campaignId, status: 'delivered', page: 1, pageSize: 200 })
  for (const { messageId } of items) {
    if (!random.chance(share)) continue
    const at = addSeconds(then.now, random.int(60, 3600) * (random.chance(0.3) ? 40 : 4))
    await messageOpened({ ...then, now: at }, { code: clickCodeOf(messageId) })
    if (random.chance(0.2)) await messageOpened({ ...then, now: addSeconds(at, 900) }, { code: clickCodeOf(messageId) })
  }
}
