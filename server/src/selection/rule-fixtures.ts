import { type ClientRule, Rule as RuleShape } from '@banyan/shared'
import fc from 'fast-check'
import { scopes, VEHICLE } from './second-opinion-fixtures.ts'

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
const name = fc.constantFrom('order_paid', 'page_view')
const filters = fc.oneof(
  fc.constant([]),
  fc.array(fc.record({ property: fc.constant('channel'), is: fc.oneof(textIs, presence) }), { minLength: 1, maxLength: 1 }),
)
const sequence = fc.oneof(
  fc.record({
    kind: fc.constant('sequence'),
    steps: fc.array(fc.record({ name, filters }), { minLength: 2, maxLength: 3 }),
    within: fc.oneof(
      fc.constant(null),
      fc.record({ last: fc.constantFrom(1, 7), unit: fc.constantFrom('hours', 'days', 'weeks') }),
    ),
    last: fc.constant('did'),
    window,
  }),
  fc.record({
    kind: fc.constant('sequence'),
    steps: fc.array(fc.record({ name, filters }), { minLength: 2, maxLength: 2 }),
    within: fc.record({ last: fc.constantFrom(1, 7), unit: fc.constantFrom('hours', 'days', 'weeks') }),
    last: fc.constant('didNot'),
    window,
  }),
)
const afterAnother = fc.record({
  kind: fc.constant('tracks'),
  name,
  filters: fc.constant([]),
  window,
  since: fc.record({ pick: fc.constantFrom('first', 'last'), name, filters }),
  measure: fc.oneof(fc.constant({ of: 'count' }), fc.constant({ of: 'sum', property: 'amountFen' })),
  is: numberIs,
})
const ofVehicle = fc.oneof(
  fc.record({ kind: fc.constant('text'), field: fc.constant('plate'), is: fc.oneof(textIs, presence) }),
  fc.record({ kind: fc.constant('number'), field: fc.constant('mileage'), is: fc.oneof(numberIs, presence) }),
  fc.record({ kind: fc.constant('flag'), field: fc.constant('isRecalled'), isTrue: fc.boolean() }),
  fc.record({
    kind: fc.constant('date'),
    field: fc.constant('servicedAt'),
    is: fc.oneof(fc.record({ op: fc.constantFrom('within', 'notWithin'), window }), presence),
  }),
  fc.record({
    kind: fc.constant('list'),
    field: fc.constant('options'),
    is: fc.oneof(
      fc.record({
        op: fc.constantFrom('any', 'all', 'none'),
        values: fc.subarray(['roof', 'hook', 'winter', 'ro'], { minLength: 1 }),
      }),
      presence,
    ),
  }),
  fc.record({
    kind: fc.constant('location'),
    field: fc.constant('place'),
    is: fc.oneof(
      fc.record({
        op: fc.constantFrom('near', 'notNear'),
        latitude: fc.constant(31.23),
        longitude: fc.constant(121.47),
        kilometres: fc.constantFrom(1, 100, 500),
      }),
      presence,
    ),
  }),
  sequence,
)
const test = fc.oneof(
  fc.record({ op: fc.constantFrom('any', 'none', 'every') }),
  fc.record({ op: fc.constant('count'), is: numberIs }),
)
const grouped = (inner: fc.Arbitrary<unknown>) =>
  fc.oneof(inner, fc.record({ kind: fc.constantFrom('all', 'any', 'none'), rules: fc.array(inner, { maxLength: 2 }) }))
/** From a person to his vehicles; what is asked of them may lead to people again. */
const related = fc.record({
  kind: fc.constant('related'),
  path: fc.oneof(
    fc.record({ typeId: fc.constant(VEHICLE), relation: fc.constantFrom('owner', 'driver'), end: fc.constant('in') }),
    fc.record({
      typeId: fc.constant(VEHICLE),
      relation: fc.constant('driver'),
      end: fc.constant('in'),
      role: fc.constantFrom('家人', '员工'),
    }),
  ),
  test,
  rule: grouped(ofVehicle),
})
const fromVehicle = fc.oneof(
  fc.record({
    kind: fc.constant('related'),
    path: fc.record({ typeId: fc.constant(VEHICLE), relation: fc.constantFrom('owner', 'driver'), end: fc.constant('out') }),
    test,
    rule: grouped(
      fc.oneof(
        fc.record({ kind: fc.constant('text'), field: fc.constantFrom('city', 'tier'), is: fc.oneof(textIs, presence) }),
        related,
      ),
    ),
  }),
  fc.record({
    kind: fc.constant('related'),
    path: fc.record({
      typeId: fc.constant(VEHICLE),
      relation: fc.constant('trailer'),
      end: fc.constantFrom('out', 'in'),
    }),
    test,
    rule: grouped(ofVehicle),
  }),
)

const condition = fc.oneof(
  sequence,
  afterAnother,
  related,
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
const treeOf = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.letrec(tie => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constantFrom('all', 'any', 'none'), rules: fc.array(tie('node'), { maxLength: 4 }) }),
    ),
  })).node
/** A tree that grew past the limits is no rule. */
const rulesOf = (leaf: fc.Arbitrary<unknown>) =>
  treeOf(leaf)
    .filter(shape => RuleShape.safeDecode(shape as ClientRule).success)
    .map(shape => RuleShape.decode(shape as ClientRule))
export const rules = rulesOf(condition)
export const vehicleRules = rulesOf(fc.oneof(ofVehicle, fromVehicle))
export const scopeNames = fc.constantFrom(...Object.keys(scopes))
