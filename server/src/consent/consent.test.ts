import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useStores } from '../../test/stores.ts'
import * as core from '../core/index.ts'
import { run, sql, systemCtx, transaction } from '../core/index.ts'
import * as identity from '../identity/index.ts'
import { carriers, consentOf, giveConsents, migrations, statesOf } from './index.ts'
import { answerFor } from './rules.ts'
import { createText, listTexts } from './texts.ts'

useStores([...core.migrations, ...identity.migrations, ...migrations])
beforeAll(async () => {
  await identity.seed()
  identity.setCarriers(carriers)
})
beforeEach(() => run(sql`DELETE FROM consents`))

const ctx = (at = '2026-11-01') => systemCtx({ brandId: 1, now: new Date(at) })
const say = (personId: number, isGranted: boolean, at: string, channel: 'any' | 'subscribe' | 'sms' = 'any') =>
  transaction(() =>
    giveConsents(ctx(at), { personId, brandId: 1, answers: [{ purpose: 'marketing', channel, isGranted }], source: 'test' }),
  )
const marketing = async (personId: number, channel: 'any' | 'subscribe' | 'sms' = 'subscribe') =>
  (await consentOf([personId], 1, 'marketing', channel)).get(personId)

test.each([
  [[], 'none'],
  [[['any', true, 1]], 'granted'],
  [
    [
      ['any', true, 1],
      ['any', false, 2],
    ],
    'refused',
  ],
  [
    [
      ['any', false, 1],
      ['subscribe', true, 2],
    ],
    'granted',
  ],
  [
    [
      ['subscribe', true, 1],
      ['any', false, 2],
    ],
    'refused',
  ],
  [
    [
      ['subscribe', false, 1],
      ['any', true, 2],
    ],
    'refused',
  ],
  [[['sms', true, 1]], 'none'],
] as const)('%j means %s for the subscribe channel', (entries, expected) => {
  expect(
    answerFor(
      entries.map(([channel, isGranted, day], at) => ({ id: at + 1, channel, isGranted, at: new Date(day * 86_400_000) })),
      'subscribe',
    ),
  ).toBe(expected)
})

test('the latest answer holds; saying the same again adds nothing', async () => {
  await say(7, true, '2026-01-01')
  await say(7, true, '2026-01-02')
  expect(await marketing(7)).toBe('granted')
  await say(7, false, '2026-02-01')
  expect(await marketing(7)).toBe('refused')
  expect((await core.rows(sql`SELECT id FROM consents`)).length).toBe(2)
  expect((await consentOf([7], 2, 'marketing', 'any')).get(7)).toBe('none') // another brand was never asked
})

test('after a merge the stricter answer holds, until he is asked again; undone, each has his own', async () => {
  const [ann, bob] = await Promise.all(
    ['13800138001', '13800138002'].map(value =>
      identity.resolve(ctx(), { identifiers: [{ type: 'phone', value }], source: 'test' }),
    ),
  )
  await say(ann!.personId, true, '2026-03-01')
  await say(bob!.personId, false, '2026-02-01')
  const { mergeIds } = await transaction(() =>
    identity.mergeByHand(ctx('2026-04-01'), { personIds: [ann!.personId, bob!.personId], reason: null, matchedTypes: [] }),
  )
  expect(await marketing(ann!.personId)).toBe('refused')
  await transaction(() => identity.unmerge(ctx('2026-04-02'), { mergeId: mergeIds[0]!, reason: null }))
  expect(await marketing(ann!.personId)).toBe('granted')
  expect(await marketing(bob!.personId)).toBe('refused')
})

test('a text is published by version; only published versions can be agreed to', async () => {
  expect((await listTexts(ctx(), { isCurrentOnly: true })).items.map(item => item.purpose)).toEqual([
    'privacy',
    'service',
    'marketing',
  ])
  await transaction(() => createText(ctx(), { purpose: 'privacy', version: '2026-11', title: '隐私政策', body: '……' }))
  await expect(
    transaction(() => createText(ctx(), { purpose: 'privacy', version: '2026-11', title: '隐私政策', body: '……' })),
  ).rejects.toMatchObject({ code: 'consent.versionExists' })
  const agree = (textVersion: string) =>
    transaction(() =>
      giveConsents(ctx(), {
        personId: 9,
        brandId: 1,
        answers: [{ purpose: 'privacy', isGranted: true, textVersion }],
        source: 'test',
      }),
    )
  await expect(agree('2020-01')).rejects.toMatchObject({ code: 'consent.unknownText' })
  await agree('2026-11')
  expect(await statesOf(9, [1])).toMatchObject([{ purpose: 'privacy', isGranted: true, textVersion: '2026-11' }])
})
