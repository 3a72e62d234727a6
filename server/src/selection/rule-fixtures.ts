import { type ClientRule, Rule as RuleShape } from '@banyan/shared'
import fc from 'fast-check'
import { scopes } from './second-opinion-fixtures.ts'

/** For tests: every kind of condition with values around the edges of the small world, in trees. */
const numberIs = fc.oneof(
  fc.record({ op: fc.constantFrom('=', '!=', '<', '<=', '>', '>='), value: fc.constantFrom(0, 1, 2, 100, 101, -500, 0.5) }),
  fc.record({ op: fc.constantFrom('between', 'notBetween'), from: fc.constantFrom(0, 1, 100), to: fc.constantFrom(1, 2, 101) }),
)
const textIs = fc.oneof(
  fc.record({
    op: fc.constantFrom('is', 'isNot'),
    values: fc.subarray(['上海', '杭州', '新芽', 'it\'s "x"\\', 'store', 'online', ''], { minLength: 1 }),
  }),
  fc.record({
    op: fc.constantFrom('contains', 'doesNotContain', 'startsWith'),
    value: fc.constantFrom('上', '芽', 'st', '"x"\\', 'old'),
  }),
)
const presence = fc.record({ op: fc.constantFrom('isSet', 'isNotSet') })
const unit = fc.constantFrom('hours', 'days', 'weeks', 'months')
const window = fc.oneof(
  fc.constant({ type: 'none' }),
  fc.record({ type: fc.constant('rolling'), last: fc.constantFrom(1, 7), unit }),
  fc.record({
    type: fc.constant('calendar'),
    period: fc.constantFrom('today', 'yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'lastMonth', 'thisYear'),
  }),
  fc.record({ type: fc.constant('calendarDays'), days: fc.constantFrom(1, 7, 30), includesToday: fc.boolean() }),
  fc.record({
    type: fc.constant('absolute'),
    from: fc.constantFrom(null, '2026-03-08T10:30:00.000Z'),
    to: fc.constantFrom(null, '2026-03-15T10:30:00.000Z'),
  }),
)
const numeric = fc.constantFrom('sum', 'avg', 'min', 'max', 'distinct', 'first', 'last')
const condition = fc.oneof(
  fc.record({ kind: fc.constant('text'), field: fc.constantFrom('city', 'tier'), is: fc.oneof(textIs, presence) }),
  fc.record({ kind: fc.constant('number'), field: fc.constantFrom('points'), is: fc.oneof(numberIs, presence) }),
  fc.record({ kind: fc.constant('flag'), field: fc.constantFrom('isMember'), isTrue: fc.boolean() }),
  fc.record({
    kind: fc.constant('tag'),
    op: fc.constantFrom('any', 'all', 'none'),
    tagIds: fc.subarray([1, 2, 3], { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('segment'), segmentId: fc.constant(9), isIn: fc.boolean() }),
  fc.record({
    kind: fc.constant('consent'),
    purpose: fc.constant('marketing'),
    channel: fc.constantFrom('any', 'wecom', 'sms'),
    isGranted: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('date'),
    field: fc.constant('lastPaidAt'),
    is: fc.oneof(
      fc.record({ op: fc.constantFrom('within', 'notWithin'), window }),
      fc.record({ op: fc.constantFrom('ahead', 'notAhead'), next: fc.constantFrom(1, 7), unit }),
      presence,
    ),
  }),
  fc.record({
    kind: fc.constant('anniversary'),
    field: fc.constant('birthday'),
    is: fc.oneof(
      fc.record({ op: fc.constant('inDays'), fromDays: fc.constantFrom(-16, -15, 0, 7), toDays: fc.constantFrom(-15, 0, 7) }),
      fc.constant({ op: 'thisMonth' }),
      fc.record({ op: fc.constant('months'), months: fc.constantFrom([2], [3, 12]) }),
    ),
  }),
  fc.record({
    kind: fc.constant('tracks'),
    name: fc.constantFrom('order_paid', 'page_view'),
    filters: fc.oneof(
      fc.constant([]),
      fc.array(
        fc.oneof(
          fc.record({ property: fc.constant('channel'), is: fc.oneof(textIs, presence) }),
          fc.record({ property: fc.constant('amountFen'), is: fc.oneof(numberIs, presence) }),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    window,
    measure: fc.oneof(
      fc.record({ of: fc.constantFrom('count', 'days') }),
      fc.record({ of: numeric, property: fc.constant('amountFen') }),
      fc.record({ of: fc.constant('distinct'), property: fc.constant('channel') }),
    ),
    is: numberIs,
  }),
  fc.record({
    kind: fc.constant('tracks'),
    name: fc.constant('order_paid'),
    filters: fc.constant([]),
    window,
    measure: fc.record({ of: fc.constantFrom('first', 'last'), property: fc.constant('channel') }),
    is: textIs,
  }),
)
const tree: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.record({ kind: fc.constantFrom('all', 'any', 'none'), rules: fc.array(tie('node'), { maxLength: 4 }) }),
  ),
})).node
export const rules = tree.map(shape => RuleShape.decode(shape as ClientRule))
export const scopeNames = fc.constantFrom(...Object.keys(scopes))
