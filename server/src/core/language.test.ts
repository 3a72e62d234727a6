import { describe, expect, test } from 'vitest'
import { languageOf, phrase, readIn, say } from './language.ts'

const zh = { language: 'zh' } as const
const en = { language: 'en' } as const

describe('language', () => {
  test('Chinese first, English for who asks for it before anything else', () => {
    expect([undefined, '', 'zh-CN,en;q=0.8', 'fr, en', '*'].map(languageOf)).toEqual(['zh', 'zh', 'zh', 'zh', 'zh'])
    expect(['en', 'en-US,en;q=0.9,zh;q=0.8', ' EN-gb'].map(languageOf)).toEqual(['en', 'en', 'en'])
    expect([say(zh, '已使用', 'Used'), say(en, '已使用', 'Used')]).toEqual(['已使用', 'Used'])
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
