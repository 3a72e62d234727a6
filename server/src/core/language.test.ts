import { describe, expect, test } from 'vitest'
import { grouped, languageOf, many, phrase, readIn, say, spaced } from './language.ts'

const zh = { language: 'zh' } as const
const en = { language: 'en' } as const

describe('language', () => {
  test('Chinese first, English for who asks for it before anything else', () => {
    expect([undefined, '', 'zh-CN,en;q=0.8', 'fr, en', '*'].map(languageOf)).toEqual(['zh', 'zh', 'zh', 'zh', 'zh'])
    expect(['en', 'en-US,en;q=0.9,zh;q=0.8', ' EN-gb'].map(languageOf)).toEqual(['en', 'en', 'en'])
    expect([say(zh, '已使用', 'Used'), say(en, '已使用', 'Used')]).toEqual(['已使用', 'Used'])
  })

  test('a name of Latin letters or figures stands apart from the Chinese around it; nothing else is moved', () => {
    expect(spaced`${'OpenID'}相同，但两人的${'会员号'}不同`).toBe('OpenID 相同，但两人的会员号不同')
    expect(spaced`与${'Anna'}合并：${'手机号、OpenID'}指向同一个人`).toBe('与 Anna 合并：手机号、OpenID 指向同一个人')
    expect(spaced`合并后将有 ${6} 个${'OpenID'}（${'a…b'}）`).toBe('合并后将有 6 个 OpenID（a…b）')
    expect(spaced`${''}相同`).toBe('相同')
    expect(spaced`与${'A店'}有关`).toBe('与 A店有关')
  })

  test('one is not said like several', () => {
    expect([many(0, 'day'), many(1, 'day'), many(-1, 'day'), many(1, 'person', 'people')]).toEqual([
      '0 days',
      '1 day',
      '-1 day',
      '1 person',
    ])
    expect(many(1_020, 'person', 'people')).toBe('1,020 people')
    expect([0, 999, 1_000, 1_234_567, -5_000].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567', '-5,000'])
  })

  test('a phrase is kept in Chinese and read in either language, with its facts', () => {
    const bought = phrase<{ orderNo: string }>('试购 {orderNo}', 'Tried {orderNo}')
    const kept = bought({ orderNo: 'A1 (2).*' })
    expect(kept).toBe('试购 A1 (2).*')
    expect(readIn(zh, kept)).toBe(kept)
    expect(readIn(en, kept)).toBe('Tried A1 (2).*')
  })

  test('a phrase inside another is read too; what a person typed stands as it is', () => {
    const why = phrase('试的原因', 'a tried reason')
    const refused = phrase<{ why: string; count: number }>('试退：{why}，{count} 次', 'Tried back: {why}, {count} times')
    expect(readIn(en, refused({ why: why(), count: 2 }))).toBe('Tried back: a tried reason, 2 times')
    expect(readIn(en, refused({ why: '肤感不合适', count: 2 }))).toBe('Tried back: 肤感不合适, 2 times')
    expect(readIn(en, '肤感不合适')).toBe('肤感不合适')
    expect(readIn(en, 'plain')).toBe('plain')
  })

  test('what a refusal says is a phrase of its own', () => {
    expect(readIn(en, '没有找到，可能已被删除')).toBe('Not found')
  })
})
