import { expect, test } from 'vitest'
import { decide, type MarkFacts } from './decide.ts'

const nothing: MarkFacts = {
  direction: 'both',
  isSingle: false,
  isHeld: false,
  isFromWecom: false,
  isBorne: false,
  isBorneElsewhere: false,
  isEnded: false,
  link: null,
}
const agreed = { isOurs: true, isTheirs: true, failed: null }

test.each<[why: string, facts: Partial<MarkFacts>, inward: 'on' | 'off' | null, mark: 'add' | 'remove' | null]>([
  ['neither side', {}, null, null],
  ['we put it on', { isHeld: true }, null, 'add'],
  ['we took it off', { isBorne: true, link: agreed }, null, 'remove'],
  ['staff marked him', { isBorne: true }, 'on', null],
  ['staff took the mark off', { isHeld: true, link: agreed }, 'off', null],
  ['took it off, another still marks him', { isHeld: true, isBorneElsewhere: true, link: agreed }, null, null],
  ['and at the next look it is not put back', { isHeld: true, link: { ...agreed, isTheirs: false } }, null, null],
  ['both had it before the first comparison', { isHeld: true, isBorne: true }, null, null],
  [
    'what came from WeCom is not spread to his other staff',
    { isHeld: true, isFromWecom: true, isBorneElsewhere: true },
    null,
    null,
  ],
  ['out: we put it on', { direction: 'out', isHeld: true }, null, 'add'],
  ['out: staff took it off, it comes back', { direction: 'out', isHeld: true, link: agreed }, null, 'add'],
  ['out: staff put it on by themselves, it is left alone', { direction: 'out', isBorne: true }, null, null],
  ['out: we took it off', { direction: 'out', isBorne: true, link: agreed }, null, 'remove'],
  ['in: staff marked him', { direction: 'in', isBorne: true }, 'on', null],
  ['in: staff took it off', { direction: 'in', isHeld: true, link: agreed }, 'off', null],
  ['in: we took it off, WeCom wins', { direction: 'in', isBorne: true, link: agreed }, 'on', null],
  [
    'in: but two that exclude each other do not take turns',
    { direction: 'in', isSingle: true, isBorne: true, link: agreed },
    null,
    null,
  ],
  ['in: put on here, it goes nowhere and stays', { direction: 'in', isHeld: true }, null, null],
  [
    'the relation ended, and what staff noted with it',
    { isEnded: true, isHeld: true, isFromWecom: true, link: agreed },
    'off',
    null,
  ],
  ['the relation ended, what we decided stays', { isEnded: true, isHeld: true, link: agreed }, null, null],
  ['refused before: not again', { isHeld: true, link: { isOurs: false, isTheirs: false, failed: 'add' } }, null, null],
  ['refused to be put on, then to be taken off', { isBorne: true, link: { ...agreed, failed: 'add' } }, null, 'remove'],
])('%s', (_, facts, inward, mark) => {
  expect(decide({ ...nothing, ...facts })).toMatchObject({ inward, mark })
})

test('looking again changes nothing: whatever was decided, once done, is agreed', () => {
  const flags = [false, true]
  for (const direction of ['out', 'in', 'both'] as const)
    for (const isHeld of flags)
      for (const isFromWecom of flags)
        for (const isBorne of flags)
          for (const isBorneElsewhere of flags)
            for (const link of [null, ...flags.flatMap(isOurs => flags.map(isTheirs => ({ isOurs, isTheirs, failed: null })))]) {
              const facts = { ...nothing, direction, isHeld, isFromWecom: isHeld && isFromWecom, isBorne, isBorneElsewhere, link }
              const first = decide(facts)
              const after = {
                ...facts,
                isHeld: first.inward === 'on' || (isHeld && first.inward !== 'off'),
                isFromWecom: first.inward === 'on' || facts.isFromWecom,
                isBorne: first.mark ? first.mark === 'add' : isBorne,
                link: { isOurs: first.isOurs, isTheirs: first.isTheirs, failed: null },
              }
              expect(decide(after), JSON.stringify(facts)).toMatchObject({ inward: null, mark: null })
            }
})
