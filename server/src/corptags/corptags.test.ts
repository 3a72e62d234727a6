import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import * as contacts from '../contacts/index.ts'
import { advanceClock, redis, rows, run, setClock, sql, systemCtx, transaction } from '../core/index.ts'
import { mergeByHand, unmerge } from '../identity/index.ts'
import * as tags from '../tags/index.ts'
import { markTag } from '../wecom/index.ts'
import { carriers } from './carriers.ts'
import { reconcile } from './compare.ts'

/** Tags between us and WeCom, at the door: callbacks that come, are lost or never made, a platform that refuses, staff who differ. */
const product = useProduct()
const { corpId } = demoIds
const CORP_STAFF = ['QianHe', 'SunYiMu'] as const
type Staff = (typeof CORP_STAFF)[number]

let play: ReturnType<typeof player>
let operator: Client
let brandId = 0
const ways = {} as Record<Staff, string>

const corp = () => product.simulator.sim.world.corps.get(corpId)!
const word = () => Math.random().toString(36).slice(2, 8)

/** Callbacks have arrived, and all that they cause is done. */
async function calm(): Promise<void> {
  await product.simulator.sim.pusher.idle()
  await product.settle()
}

beforeAll(async () => {
  play = player(product)
  const brand = await make.brand({ name: '枥野' })
  brandId = brand.id
  const store = await make.store(brand.id, { name: '静里店' })
  await make.connections(product.simulator, { first: brand.id })
  operator = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  await operator.call('staff.sync', {})
  await calm()
  const { items } = await operator.call('staff.list', {})
  for (const userId of CORP_STAFF) {
    const staffId = items.find(one => one.userId === userId)!.id
    await operator.call('staff.update', { staffId, storeId: store.id })
    const made = await operator.call('livecodes.create', { kind: 'wecom', name: userId, staffIds: [staffId] })
    await calm()
    ways[userId] = [...corp().contactWays.values()].find(one => one.state === made.scene)!.config_id
  }
})

beforeEach(async () => {
  await play.act('faults.clear')
  setClock(null)
})

type Friend = { simUser: string; personId: number; relationIds: number[] }

/** A customer of these staff. */
async function friend(...staff: Staff[]): Promise<Friend> {
  const name = `客${word()}`
  const simUser = await play.addPerson(name)
  for (const userId of staff) await play.act('scan', { simUser, code: { kind: 'contactWay', id: ways[userId] } })
  await calm()
  const found = await rows<{ id: number; person_id: number }>(
    sql`SELECT id, person_id FROM contact_relations WHERE name = ${name} ORDER BY id`,
  )
  expect(found).toHaveLength(staff.length)
  return { simUser, personId: Number(found[0]!.person_id), relationIds: found.map(one => Number(one.id)) }
}

function relationOf(one: Friend, userId: Staff) {
  return [...corp().relations.values()].find(each => each.wechatUserId === one.simUser && each.userid === userId)!
}

/** Whose relation bears the corp tag on the platform. */
const bearers = (one: Friend, corpTagId: string) =>
  [...corp().relations.values()]
    .filter(each => each.wechatUserId === one.simUser && each.tagIds.includes(corpTagId))
    .map(each => each.userid)
    .sort()

async function has(one: Friend, tagId: number) {
  return (await operator.call('tags.of', { personId: one.personId })).find(tag => tag.tagId === tagId) ?? null
}

async function markByHand(one: Friend, userId: Staff, corpTagId: string, isOn: boolean): Promise<void> {
  const others = relationOf(one, userId).tagIds.filter(id => id !== corpTagId)
  await play.act('staff.edit', { simStaff: userId, simUser: one.simUser, tagIds: isOn ? [...others, corpTagId] : others })
}

const put = (one: Friend, tagId: number) => operator.call('tags.put', { personIds: [one.personId], tagId, why: '到店说的' })
const take = (one: Friend, tagId: number) => operator.call('tags.take', { personIds: [one.personId], tagId })
const mirrorNow = async (tagId: number) => (await operator.call('corpTags.mirrors', { tagId }))[0]!
const marksSent = async () =>
  product.simulator.sim.log.read({ limit: 5_000 }).filter(one => one.name.endsWith('/mark_tag')).length

async function mirrored(
  direction: 'in' | 'out' | 'both',
  draft: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
) {
  const tag = await operator.call('tags.create', { name: `标${word()}`, ...draft })
  const made = await operator.call('corpTags.mirror', {
    tagId: tag.id,
    corpId,
    direction,
    newTag: { groupName: '榕树', name: `${tag.name}${word()}` },
    ...more,
  })
  await calm()
  return { tagId: tag.id, mirrorId: made.id, corpTagId: made.corpTagId }
}

describe('outward', () => {
  test('a tag put on is marked on every relation of his, and taken off again; nothing more is sent', async () => {
    const ann = await friend(...CORP_STAFF)
    const { tagId, corpTagId } = await mirrored('both')
    await put(ann, tagId)
    await calm()
    expect(bearers(ann, corpTagId)).toEqual(['QianHe', 'SunYiMu'])
    expect(await mirrorNow(tagId)).toMatchObject({ inStepCount: 2, waitingCount: 0, failedCount: 0, status: 'active' })
    const sent = await marksSent()
    await put(ann, tagId)
    await operator.call('contacts.reconcile', {})
    await reconcile(systemCtx())
    await calm()
    expect(await marksSent()).toBe(sent)
    await take(ann, tagId)
    await calm()
    expect(bearers(ann, corpTagId)).toEqual([])
    expect(await has(ann, tagId)).toBeNull()
    expect((await mirrorNow(tagId)).inStepCount).toBe(0)
  })

  test('several tags of one customer go in one call', async () => {
    const bea = await friend('QianHe')
    const [one, two] = [await mirrored('out'), await mirrored('out')]
    const sent = await marksSent()
    await Promise.all([put(bea, one.tagId), put(bea, two.tagId)])
    await calm()
    expect(bearers(bea, one.corpTagId)).toEqual(['QianHe'])
    expect(bearers(bea, two.corpTagId)).toEqual(['QianHe'])
    expect((await marksSent()) - sent).toBe(1)
  })

  test('whoever had it before is marked when mirroring begins; a friend who comes later gets it at once', async () => {
    const cat = await friend('QianHe')
    const tag = await operator.call('tags.create', { name: `标${word()}` })
    await put(cat, tag.id)
    await calm()
    const { corpTagId } = await operator.call('corpTags.mirror', {
      tagId: tag.id,
      corpId,
      direction: 'out',
      newTag: { groupName: '榕树', name: tag.name },
    })
    await calm()
    expect(bearers(cat, corpTagId)).toEqual(['QianHe'])
    await play.act('scan', { simUser: cat.simUser, code: { kind: 'contactWay', id: ways.SunYiMu } })
    await calm()
    expect(bearers(cat, corpTagId)).toEqual(['QianHe', 'SunYiMu'])
  })

  test('out: a mark that staff take off comes back; one of their own stays and puts nothing on', async () => {
    const [dan, eve] = [await friend('QianHe'), await friend('QianHe')]
    const { tagId, corpTagId } = await mirrored('out')
    await put(dan, tagId)
    await calm()
    await later(10)
    await markByHand(dan, 'QianHe', corpTagId, false)
    await markByHand(eve, 'QianHe', corpTagId, true)
    await calm()
    expect(bearers(dan, corpTagId)).toEqual(['QianHe'])
    expect(bearers(eve, corpTagId)).toEqual(['QianHe'])
    expect(await has(eve, tagId)).toBeNull()
  })

  test('a tag with values: each value has its corp tag, and one gives way to the other', async () => {
    const fay = await friend('QianHe')
    const draft = { valueKind: 'choice', choices: ['油性', '干性'] }
    const { tagId, corpTagId: oily } = await mirrored('both', draft, { value: '油性' })
    const { corpTagId: dry } = await operator.call('corpTags.mirror', {
      tagId,
      corpId,
      direction: 'both',
      value: '干性',
      newTag: { groupName: '榕树', name: `干${word()}` },
    })
    await operator.call('tags.put', { personIds: [fay.personId], tagId, value: '油性' })
    await calm()
    expect([bearers(fay, oily), bearers(fay, dry)]).toEqual([['QianHe'], []])
    await operator.call('tags.put', { personIds: [fay.personId], tagId, value: '干性' })
    await calm()
    expect([bearers(fay, oily), bearers(fay, dry)]).toEqual([[], ['QianHe']])
    await later(10)
    await play.act('staff.edit', { simStaff: 'QianHe', simUser: fay.simUser, tagIds: [oily] })
    await calm()
    expect(await has(fay, tagId)).toMatchObject({ value: '油性', source: 'wecom' })
    expect([bearers(fay, oily), bearers(fay, dry)]).toEqual([['QianHe'], []])
  })
})

/** The clock goes on, so that what we marked ourselves is no longer fresh. */
async function later(seconds: number): Promise<void> {
  advanceClock(seconds * 1000)
}

describe('inward', () => {
  test('what staff mark comes in with their name, stays on their relation, and goes when they take it off', async () => {
    const gil = await friend(...CORP_STAFF)
    const { tagId, corpTagId } = await mirrored('both')
    await markByHand(gil, 'QianHe', corpTagId, true)
    await calm()
    const held = await has(gil, tagId)
    expect(held).toMatchObject({ source: 'wecom', putBy: relationName('QianHe') })
    expect(held!.why).toContain('企业微信标签')
    expect(bearers(gil, corpTagId)).toEqual(['QianHe'])
    await new Promise(resolve => setTimeout(resolve, 1_100)) // two edits of one second are one callback
    await markByHand(gil, 'QianHe', corpTagId, false)
    await calm()
    expect(await has(gil, tagId)).toBeNull()
    const { items } = await operator.call('tags.history', { tagId, personId: gil.personId })
    expect(items.map(one => [one.isOn, one.source])).toEqual([
      [false, 'wecom'],
      [true, 'wecom'],
    ])
  })

  test('with several staff he has the tag while any of them marks him', async () => {
    const hal = await friend(...CORP_STAFF)
    const { tagId, corpTagId } = await mirrored('both')
    await put(hal, tagId)
    await calm()
    await later(10)
    await markByHand(hal, 'QianHe', corpTagId, false)
    await calm()
    expect(await has(hal, tagId)).not.toBeNull()
    expect(bearers(hal, corpTagId)).toEqual(['SunYiMu'])
    await markByHand(hal, 'SunYiMu', corpTagId, false)
    await calm()
    expect(await has(hal, tagId)).toBeNull()
    expect(bearers(hal, corpTagId)).toEqual([])
  })

  test('a mark that is taken off in the same moment as we put it on is asked about before it is believed', async () => {
    const ida = await friend('QianHe')
    const { tagId, corpTagId } = await mirrored('both')
    await put(ida, tagId)
    await calm()
    // an older reading arrives after our own mark
    await run(sql`UPDATE contact_relations SET tags = '[]' WHERE id = ${ida.relationIds[0]}`)
    await run(sql`DELETE FROM corp_tag_looks`)
    await lookNow(ida)
    expect(await has(ida, tagId)).not.toBeNull()
    await later(10)
    await calm()
    expect(await has(ida, tagId)).not.toBeNull()
    expect(bearers(ida, corpTagId)).toEqual(['QianHe'])
  })

  test('an exclusive heading: the mark of the other tag comes off in WeCom, too', async () => {
    const jon = await friend('QianHe')
    const draft = { groupName: `意向${word()}`, isExclusive: true }
    const [hot, cold] = [await mirrored('both', draft), await mirrored('both', draft)]
    await put(jon, hot.tagId)
    await calm()
    await later(10)
    await markByHand(jon, 'QianHe', cold.corpTagId, true)
    await calm()
    expect(await has(jon, hot.tagId)).toBeNull()
    expect(await has(jon, cold.tagId)).not.toBeNull()
    expect([bearers(jon, hot.corpTagId), bearers(jon, cold.corpTagId)]).toEqual([[], ['QianHe']])
  })

  test('the relation ends: what staff noted goes with it, what we decided stays', async () => {
    const [kim, leo] = [await friend('QianHe'), await friend('QianHe')]
    const { tagId, corpTagId } = await mirrored('both')
    await markByHand(kim, 'QianHe', corpTagId, true)
    await put(leo, tagId)
    await calm()
    for (const one of [kim, leo]) await play.act('deleteStaff', { simUser: one.simUser, userid: 'QianHe' })
    await calm()
    expect(await has(kim, tagId)).toBeNull()
    expect(await has(leo, tagId)).not.toBeNull()
    expect((await mirrorNow(tagId)).inStepCount).toBe(0)
  })
})

const relationName = (userId: Staff) => corp().members.get(userId)!.name

async function lookNow({ relationIds }: Friend): Promise<void> {
  const now = new Date()
  await run(
    sql`INSERT INTO corp_tag_looks (relation_id, asked_at, status, due_at, attempts) VALUES (${relationIds[0]}, ${now}, 'due', ${now}, 0)`,
  )
  await product.settle()
}

describe('what no callback tells', () => {
  test('a lost callback is found by the reconcile, both on and off', async () => {
    const [mia, ned] = [await friend('QianHe'), await friend('QianHe')]
    const { tagId, corpTagId } = await mirrored('both')
    await put(ned, tagId)
    await calm()
    await later(600)
    await play.act('faults.add', { kind: 'drop', target: 'edit_external_contact' })
    await markByHand(mia, 'QianHe', corpTagId, true)
    await markByHand(ned, 'QianHe', corpTagId, false)
    await play.act('faults.clear')
    await calm()
    expect([await has(mia, tagId), (await has(ned, tagId)) !== null]).toEqual([null, true])
    await operator.call('contacts.reconcile', {})
    await calm()
    expect(await has(mia, tagId)).toMatchObject({ source: 'wecom' })
    expect(await has(ned, tagId)).toBeNull()
  })

  test('a mark of another app, made through the API, comes in at night', async () => {
    const oda = await friend('QianHe')
    const { tagId, corpTagId } = await mirrored('in')
    await markTag(corpId, 'QianHe', relationOf(oda, 'QianHe').externalUserid, { add: [corpTagId] })
    await calm()
    expect(await has(oda, tagId)).toBeNull()
    await operator.call('contacts.reconcile', {})
    await calm()
    expect(await has(oda, tagId)).not.toBeNull()
  })

  test('work of ours that was lost is found at night', async () => {
    const pam = await friend('QianHe')
    const { tagId, corpTagId } = await mirrored('out')
    await put(pam, tagId)
    await run(sql`DELETE FROM outbox_deliveries WHERE subscriber = 'corpTags.followPut'`)
    await calm()
    expect(bearers(pam, corpTagId)).toEqual([])
    await reconcile(systemCtx())
    await calm()
    expect(bearers(pam, corpTagId)).toEqual(['QianHe'])
  })

  test('a worker that died after the mark and before its note: it is repeated, and all is in step', async () => {
    const quin = await friend('QianHe')
    const { tagId, corpTagId } = await mirrored('both')
    await put(quin, tagId)
    await markTag(corpId, 'QianHe', relationOf(quin, 'QianHe').externalUserid, { add: [corpTagId] })
    await transaction(async () => {
      const died = new Date(Date.now() - 60_000)
      await run(
        sql`INSERT INTO corp_tag_looks (relation_id, asked_at, status, due_at, attempts, leased_until) VALUES (${quin.relationIds[0]}, ${died}, 'leased', ${died}, 1, ${died})`,
      )
    })
    await later(10)
    await calm()
    expect(bearers(quin, corpTagId)).toEqual(['QianHe'])
    expect(await has(quin, tagId)).not.toBeNull()
    expect(await mirrorNow(tagId)).toMatchObject({ inStepCount: 1, waitingCount: 0 })
    expect(await rows(sql`SELECT id FROM corp_tag_looks`)).toEqual([])
  })
})

describe('a platform that refuses', () => {
  test('busy, a version conflict and too many at once are waited out', async () => {
    const rex = await friend('QianHe')
    const { tagId, corpTagId } = await mirrored('out')
    await play.act('faults.add', { kind: 'busy', target: 'mark_tag', remaining: 1 })
    await play.act('faults.add', { kind: 'conflict', target: 'mark_tag', remaining: 1 })
    await play.act('faults.add', { kind: 'concurrency', target: 'mark_tag', remaining: 1 })
    await put(rex, tagId)
    await calm()
    expect(bearers(rex, corpTagId)).toEqual(['QianHe'])
  })

  test('a relation that is gone ends that mark with its reason, is not tried again by itself, and is on request', async () => {
    const tom = await friend('QianHe')
    const { tagId, corpTagId, mirrorId } = await mirrored('out')
    await play.act('faults.add', { kind: 'drop', target: 'del_follow_user' })
    const kept = relationOf(tom, 'QianHe')
    await play.act('deleteStaff', { simUser: tom.simUser, userid: 'QianHe' })
    await put(tom, tagId)
    await calm()
    expect(await mirrorNow(tagId)).toMatchObject({ failedCount: 1, failures: [{ reason: 'noRelation', count: 1 }] })
    const { items } = await operator.call('corpTags.failed', { mirrorId })
    expect(items).toMatchObject([
      { personId: tom.personId, isAdd: true, reason: 'noRelation', staffName: relationName('QianHe') },
    ])
    const sent = await marksSent()
    await reconcile(systemCtx())
    await calm()
    expect(await marksSent()).toBe(sent)
    corp().relations.set(`QianHe|${kept.externalUserid}`, kept)
    await operator.call('corpTags.runAgain', { mirrorId })
    await calm()
    expect(bearers(tom, corpTagId)).toEqual(['QianHe'])
    expect(await mirrorNow(tagId)).toMatchObject({ failedCount: 0, inStepCount: 1 })
  })

  test('a corp tag deleted in WeCom stops its mirror and takes nothing off here; the other tags of the call go on', async () => {
    const uma = await friend('QianHe')
    const [gone, there] = [await mirrored('both'), await mirrored('out')]
    await put(uma, gone.tagId)
    await calm()
    await play.act('corp.removeTag', { tagId: gone.corpTagId })
    await calm()
    expect(await mirrorNow(gone.tagId)).toMatchObject({ status: 'tagGone' })
    expect(await has(uma, gone.tagId)).not.toBeNull()
    await operator.call('contacts.reconcile', {})
    await calm()
    expect(await has(uma, gone.tagId)).not.toBeNull()

    const lost = await mirrored('out')
    await play.act('faults.add', { kind: 'drop', target: 'delete' })
    await play.act('corp.removeTag', { tagId: lost.corpTagId })
    await play.act('faults.clear')
    await Promise.all([put(uma, lost.tagId), put(uma, there.tagId)])
    await calm()
    expect(bearers(uma, there.corpTagId)).toEqual(['QianHe'])
    expect(await mirrorNow(lost.tagId)).toMatchObject({ status: 'tagGone', failures: [{ reason: 'tagGone', count: 1 }] })
  })

  test('a deleted corp tag whose callback was lost, too, takes nothing off here', async () => {
    const vic = await friend('QianHe')
    const { tagId, corpTagId } = await mirrored('both')
    await put(vic, tagId)
    await calm()
    await later(600)
    await play.act('faults.add', { kind: 'drop', target: 'delete' })
    await play.act('corp.removeTag', { tagId: corpTagId })
    await play.act('faults.clear')
    await operator.call('contacts.reconcile', {})
    await calm()
    expect(await has(vic, tagId)).not.toBeNull()
    expect((await mirrorNow(tagId)).status).toBe('tagGone')
  })
})

describe('the catalogue', () => {
  test('shows who made a tag, follows changes in WeCom, and lets nobody change a foreign one; customers may bear it', async () => {
    const { corpTagId, tagId } = await mirrored('both')
    const all = async () => (await operator.call('corpTags.catalogue', {}))[0]!.groups.flatMap(group => group.tags)
    const foreign = (await all()).find(one => one.name === '高意向')!
    expect(foreign.isOurs).toBe(false)
    expect((await all()).find(one => one.corpTagId === corpTagId)).toMatchObject({ isOurs: true, mirrors: [{ tagId }] })
    const at = { corpId, corpTagId: foreign.corpTagId }
    expect(await operator.codeOf('corpTags.rename', { ...at, name: '别名' })).toBe('corpTag.foreign')
    expect(await operator.codeOf('corpTags.remove', at)).toBe('corpTag.foreign')
    const ours = `改名${word()}`
    await operator.call('corpTags.rename', { corpId, corpTagId, name: ours })
    await play.act('corp.renameTag', { tagId: foreign.corpTagId, name: '很想买' })
    const { tagId: added } = await play.act('corp.addTag', { groupName: '节日', name: '七夕' })
    await calm()
    const names = new Map((await all()).map(one => [one.corpTagId, one.name]))
    expect([names.get(corpTagId), names.get(foreign.corpTagId), names.get(added)]).toEqual([ours, '很想买', '七夕'])

    const wes = await friend('QianHe')
    const tag = await operator.call('tags.create', { name: `意向${word()}` })
    await operator.call('corpTags.mirror', { tagId: tag.id, corpId, direction: 'both', corpTagId: foreign.corpTagId })
    await put(wes, tag.id)
    await calm()
    expect(bearers(wes, foreign.corpTagId)).toEqual(['QianHe'])
  })

  test('a live code marks a new friend through the API; the mirrored tag comes in without a callback', async () => {
    const { tagId, corpTagId } = await mirrored('in')
    const { items } = await operator.call('livecodes.list', {})
    const code = items.find(one => one.name === 'QianHe')!
    await operator.call('livecodes.update', { id: code.id, wecomTagIds: [corpTagId] } as never)
    await calm()
    const xan = await friend('QianHe')
    expect(bearers(xan, corpTagId)).toEqual(['QianHe'])
    expect(await has(xan, tagId)).toMatchObject({ source: 'wecom' })
    await operator.call('livecodes.update', { id: code.id, wecomTagIds: [] } as never)
  })
})

describe('people who become one', () => {
  test('merged, both bear what either had; un-merged, each bears his own again', async () => {
    const [yan, zoe] = [await friend('QianHe'), await friend('SunYiMu')]
    const { tagId, corpTagId } = await mirrored('both')
    await put(zoe, tagId)
    await calm()
    const personIds = [yan.personId, zoe.personId]
    const { mergeIds } = await transaction(() =>
      mergeByHand(systemCtx({ brandId }), { personIds, survivorId: yan.personId, reason: '同一人', matchedTypes: [] }),
    )
    await calm()
    expect([bearers(yan, corpTagId), bearers(zoe, corpTagId)]).toEqual([['QianHe'], ['SunYiMu']])
    expect(await mirrorNow(tagId)).toMatchObject({ inStepCount: 2, waitingCount: 0 })
    await transaction(() => unmerge(systemCtx({ brandId }), { mergeId: mergeIds[0]!, reason: null }))
    await calm()
    expect([bearers(yan, corpTagId), bearers(zoe, corpTagId)]).toEqual([[], ['SunYiMu']])
    expect(await has(zoe, tagId)).not.toBeNull()
    expect(await has(yan, tagId)).toBeNull()
  })
})

test('somebody who is erased bears our marks no longer, and no reading brings them back', async () => {
  const bob = await friend('QianHe')
  const { tagId, corpTagId } = await mirrored('both')
  await put(bob, tagId)
  await calm()
  await transaction(async () => {
    for (const carrier of [...contacts.carriers, ...tags.carriers, ...carriers]) await carrier.erase(systemCtx(), bob.personId)
  })
  await calm()
  expect(bearers(bob, corpTagId)).toEqual([])
  await operator.call('contacts.reconcile', {})
  await calm()
  expect(await has(bob, tagId)).toBeNull()
})

describe('who may', () => {
  test('what does not fit is refused with its reason', async () => {
    const rule = { kind: 'all', rules: [] } as never
    const kept = await operator.call('tags.create', { name: `规${word()}`, kind: 'rule', rule })
    const number = await operator.call('tags.create', { name: `数${word()}`, valueKind: 'number' })
    const choice = await operator.call('tags.create', { name: `选${word()}`, valueKind: 'choice', choices: ['甲'] })
    const { tagId, corpTagId } = await mirrored('both')
    const refusal = (input: Record<string, unknown>) =>
      operator.codeOf('corpTags.mirror', { corpId, corpTagId, direction: 'out', ...input } as never)
    expect(await refusal({ tagId: kept.id, direction: 'both' })).toBe('corpTag.keptByRule')
    expect(await refusal({ tagId: number.id })).toBe('corpTag.noNumbers')
    expect(await refusal({ tagId: choice.id })).toBe('corpTag.valueMissing')
    expect(await refusal({ tagId: choice.id, value: '乙' })).toBe('tag.wrongValue')
    expect(await refusal({ tagId })).toBe('corpTag.mirrored')
    expect(await refusal({ tagId: choice.id, value: '甲', corpTagId: 'etnone' })).toBe('thing.notFound')
    expect(await refusal({ tagId: choice.id, value: '甲', corpId: 'wwnone' })).toBe('thing.notFound')
  })

  test('another brand sees and changes nothing of it, and an operator of one store decides nothing for the brand', async () => {
    const amy = await friend('QianHe')
    const { tagId, mirrorId } = await mirrored('both')
    await put(amy, tagId)
    await calm()
    const other = await make.brand()
    const stranger = await make.signedInOperator(product, { permissions: ['*'], brandIds: [other.id] })
    expect((await stranger.call('corpTags.mirrors', {})).map(one => one.id)).not.toContain(mirrorId)
    for (const name of ['corpTags.unmirror', 'corpTags.runAgain', 'corpTags.failed'] as const)
      expect(await stranger.codeOf(name, { mirrorId })).toBe('thing.notFound')
    expect(await stranger.codeOf('corpTags.setDirection', { mirrorId, direction: 'out' })).toBe('thing.notFound')
    const store = await make.store(brandId)
    const clerk = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId], storeIds: [store.id] })
    expect(await clerk.codeOf('corpTags.unmirror', { mirrorId })).toBe('access.outOfScope')
    expect((await clerk.call('corpTags.mirrors', { tagId }))[0]).toMatchObject({ inStepCount: 0 })
    expect(await operator.codeOf('corpTags.unmirror', { mirrorId })).toBe('ok')
    expect(await has(amy, tagId)).not.toBeNull()
    expect(await rows(sql`SELECT id FROM corp_tag_links WHERE mirror_id = ${mirrorId}`)).toEqual([])
  })
})

test('of a corp that serves two brands, a brand’s tag is not marked on the relations of the other brand’s staff', async () => {
  const other = await make.brand()
  const store = await make.store(other.id)
  const { items } = await product.owner.call('staff.list', {})
  const staffId = items.find(one => one.userId === 'LiTangTang')!.id
  await product.owner.call('staff.update', { staffId, storeId: store.id })
  const there = product.owner.with({ 'X-Brand-Id': String(other.id) })
  const { scene } = await there.call('livecodes.create', { kind: 'wecom', name: '他店', staffIds: [staffId] })
  await calm()
  const cid = await friend('QianHe')
  const id = [...corp().contactWays.values()].find(one => one.state === scene)!.config_id
  await play.act('scan', { simUser: cid.simUser, code: { kind: 'contactWay', id } })
  await calm()
  const { tagId, corpTagId } = await mirrored('both')
  await put(cid, tagId)
  await calm()
  expect(bearers(cid, corpTagId)).toEqual(['QianHe'])
  await play.act('staff.edit', { simStaff: 'LiTangTang', simUser: cid.simUser, tagIds: [corpTagId] })
  await take(cid, tagId)
  await calm()
  expect(bearers(cid, corpTagId)).toEqual(['LiTangTang'])
  expect(await has(cid, tagId)).toBeNull()
})

// last: the gateway calls nothing for a minute after it
test('a rate that is used up delays, shows as waiting, and fails nothing', async () => {
  const sue = await friend('QianHe')
  const { tagId, corpTagId } = await mirrored('out')
  await play.act('faults.add', { kind: 'quota', target: 'mark_tag', remaining: 1 })
  await put(sue, tagId)
  await calm()
  expect(bearers(sue, corpTagId)).toEqual([])
  const waiting = await mirrorNow(tagId)
  expect(waiting).toMatchObject({ waitingCount: 1, failedCount: 0 })
  expect(waiting.waitingSince).not.toBeNull()
  const [row] = await rows<{ attempts: number; status: string }>(sql`SELECT attempts, status FROM corp_tag_looks`)
  expect(row).toMatchObject({ attempts: 0, status: 'due' })
  // the block is over after a minute, here and in Redis
  await redis.del(`rate:wecom:${corpId}:/externalcontact/mark_tag:paused`)
  const real = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 61_000)
  await run(sql`UPDATE corp_tag_looks SET due_at = ${new Date(0)}`)
  await calm()
  vi.restoreAllMocks()
  expect(bearers(sue, corpTagId)).toEqual(['QianHe'])
})
