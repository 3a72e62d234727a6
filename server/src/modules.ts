/**
 * The whole system in reading order. A module imports only modules above it, and only through their index.ts; whatever must
 * travel the other way travels as an event. `npm run check` enforces it.
 */
export const modules = [
  'core', // config, clock, ctx, database, ClickHouse, Redis, outbox, work, http links, secrets
  'platform', // brands and stores, operators, roles, sessions, API keys, audit, settings, connections, imports, dead letters
  'wechat', // gateway: mini program and official account
  'wecom', // gateway: WeCom
  'pay', // gateway: WeChat Pay v3
  'staff', // store staff: directory sync, sign-in, duty, caps
  'identity', // OneID: identifiers, resolve, merge, review, un-merge
  'consent', // what each person agreed to, by purpose, channel and text version
  'contacts', // WeCom relations of staff x customer, reconcile, scale
  'subjects', // things beside people: types as data, attributes, relations, who is reached
  'tracking', // tracks: collect, archive, store, publish per batch
  'selection', // the rule tree, its compiler, the facts that rules read, estimate, explain
  'tags', // tags on people
  'corptags', // WeCom corp tags: the catalogue, which of our tags are mirrored to which, both ways
  'segments', // named selections: refresh, membership, entered and left
  'lifecycle', // 生命周期: ordered stages of a brand, who is in which and was when
  'members', // enrolment, mini-program sessions, points ledger, tiers
  'coupons', // batches, claims, purchases, locks, redemption
  'orders', // purchases with lines, refunds, what they earn and take back, order import
  'messaging', // templates, purposes, caps, quiet hours, campaigns, send pipeline, receipts
  'livecodes', // channel live codes, rotation, welcome messages, attribution
  'profiles', // the 360-degree page, the service desk, the store board; which stores a person belongs to
  'analytics', // the overview: reads only
  'sample', // the demo's year, made through the public actions
  'simulator', // a pretend WeChat, WeCom and WeChat Pay; imports core only; off in production
  'app', // web, worker, catalog: the only place that sees every module, and wires them
] as const

export type ModuleName = (typeof modules)[number]
