import { expect, test } from 'vitest'
import { planDiff } from './plan-diff.ts'

const plan = {
  zh: '测肤',
  owner: '增长组',
  description: '',
  subjectTypeId: null,
  isOnTimeline: true,
  isFromClients: false,
  properties: [
    { key: 'skin', zh: '肤质', kind: 'text' as const, isRequired: true, example: '干性' },
    { key: 'score', zh: '分数', kind: 'number' as const, isRequired: false, example: '' },
  ],
}

test('a diff names what came, went and changed, and nothing else', () => {
  const [skin] = plan.properties
  const after = {
    ...plan,
    owner: '数据组',
    properties: [
      { ...skin!, isRequired: false },
      { key: 'age', zh: '年龄', kind: 'number' as const, isRequired: false, example: '' },
    ],
  }
  expect(planDiff(plan, plan, String)).toEqual([])
  expect(planDiff(plan, after, String).map(({ kind, what, before, after }) => [kind, what, before, after])).toEqual([
    ['changed', '负责人', '增长组', '数据组'],
    ['changed', 'skin', '肤质 · 文字 · 必填 · 例 干性', '肤质 · 文字 · 例 干性'],
    ['added', 'age', '', '年龄 · 数字'],
    ['removed', 'score', '分数 · 数字', ''],
  ])
  expect(planDiff(null, plan, String).map(one => one.kind)).toEqual(['added', 'added'])
})
