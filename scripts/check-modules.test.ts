import { expect, test } from 'vitest'
import { findViolations, readImports, readModules, withoutComments } from './check-modules.ts'

const modules = ['core', 'platform', 'wechat', 'identity', 'coupons', 'simulator', 'app']

function rulesBroken(files: Record<string, string>): number[] {
  return findViolations(new Map(Object.entries(files)), modules).map(one => one.rule)
}

test('a module may use what comes before it, through index.ts', () => {
  expect(
    rulesBroken({
      'server/src/coupons/claim-coupon.ts':
        "import { findIn } from '../core/index.ts'\nimport { canonicalId } from '../identity/index.ts'\nimport { Coupon } from './coupon.ts'\n",
      'server/src/coupons/coupon.ts': "import { Model } from '../core/index.ts'\nexport class Coupon extends Model {}\n",
      'server/src/coupons/index.ts': "export { claimCoupon } from './claim-coupon.ts'\n",
      'server/src/core/http/server.ts': "import Koa from 'koa'\nimport { log } from '../log.ts'\n",
      'shared/src/coupons.ts': "import { z } from 'zod'\nimport { query } from './kernel.ts'\n",
      'miniprogram/src/call.ts': "import type { Coupon } from '@banyan/shared'\n",
      'server/src/app/catalog.ts':
        "import { modules } from '../modules.ts'\nimport * as simulator from '../simulator/index.ts'\nimport { x } from '../coupons/index.ts'",
      'server/src/modules.ts': 'export const modules = []',
    }),
  ).toEqual([])
})

test.each([
  ['a later module', 'server/src/identity/resolve.ts', "import { claimCoupon } from '../coupons/index.ts'", 1],
  ['a later module, as a type', 'server/src/identity/resolve.ts', "import type { Batch } from '../coupons/index.ts'", 1],
  ['a later module, when called', 'server/src/identity/resolve.ts', "const m = await import('../coupons/index.ts')", 1],
  ['a later module, by re-export', 'server/src/identity/index.ts', "export * from '../coupons/index.ts'", 1],
  ['a later module, over several lines', 'server/src/identity/a.ts', "import {\n  one,\n  two,\n} from '../coupons/index.ts'", 1],
  ['past an index.ts', 'server/src/coupons/claim.ts', "import { Person } from '../identity/person.ts'", 1],
  ['past the index of core', 'server/src/coupons/claim.ts', "import { sql } from '../core/database/sql.ts'", 1],
  ['an unlisted module', 'server/src/helpers/x.ts', 'export const x = 1', 1],
  ['a file of no module', 'server/src/util.ts', 'export const x = 1', 1],
  ['zod only in shared', 'shared/src/coupons.ts', "import dayjs from 'dayjs'", 3],
  ['no server in shared', 'shared/src/coupons.ts', "import { x } from '../../server/src/core/index.ts'", 3],
  ['no server in a face', 'admin/src/x.tsx', "import { x } from '../../server/src/core/index.ts'", 3],
  ['values of shared in the mini-program', 'miniprogram/src/x.ts', "import { Coupon } from '@banyan/shared'", 4],
  ['inline types still import the file', 'miniprogram/src/x.ts', "import { type Coupon } from '@banyan/shared'", 4],
  ['koa outside core', 'server/src/platform/x.ts', "import Router from '@koa/router'", 5],
  ['sequelize outside core', 'server/src/coupons/coupon.ts', "import { Model } from 'sequelize'", 5],
  ['redis outside core', 'server/src/coupons/gate.ts', "import { createClient } from 'redis'", 5],
  ['ClickHouse outside core', 'server/src/coupons/x.ts', "import { createClient } from '@clickhouse/client'", 5],
  ['fetch outside gateways', 'server/src/coupons/x.ts', "const a = await fetch('https://example.com')", 6],
  ['http outside gateways', 'server/src/coupons/x.ts', "import { request } from 'node:https'", 6],
  ['a client of WeChat outside gateways', 'server/src/coupons/x.ts', "import API from 'co-wechat-api'", 6],
  ['simulator used by a module', 'server/src/wechat/x.ts', "import { pretend } from '../simulator/index.ts'", 7],
  ['simulator using a module', 'server/src/simulator/x.ts', "import { code2Session } from '../wechat/index.ts'", 7],
  ['app used by a module', 'server/src/simulator/x.ts', "import { start } from '../app/index.ts'", 7],
  ['the list used by a module', 'server/src/coupons/x.ts', "import { modules } from '../modules.ts'", 7],
  ["the simulator's page elsewhere", 'server/src/simulator/page.tsx', 'export const Page = 1', 8],
  ["the simulator's calls elsewhere", 'admin/src/people/list.tsx', "fetch('/simulator/api/state')", 8],
])('refuses %s', (_, path, text, rule) => {
  expect(rulesBroken({ [path]: text })).toContain(rule)
})

test.each([
  "export { Coupon } from './coupon.ts'",
  "export * from './coupon.ts'",
  "export type { Coupon } from './coupon.ts'",
  "export { claim, Coupon as C } from './coupon.ts'",
])('refuses a model in index.ts: %s', text => {
  const coupon = "import { Model } from '../core/index.ts'\nexport class Coupon extends Model<A, B> {}\nexport const claim = 1"
  expect(rulesBroken({ 'server/src/coupons/index.ts': text, 'server/src/coupons/coupon.ts': coupon })).toEqual([2])
})

test('prose and comments are not imports, and lines are counted', () => {
  const text =
    "/* import x from 'koa' */\n// import y from 'koa'\nconst url = 'http://a'\nimport { z } from 'zod'\nconst s = `\n  we import from 'nowhere'\n`"
  expect(readImports(withoutComments(text))).toEqual([{ specifier: 'zod', isTypeOnly: false, line: 4 }])
})

test('tests beside a module may use gateways and the simulator', () => {
  expect(
    rulesBroken({ 'server/src/identity/a.test.ts': "import { x } from '../simulator/index.ts'\nconst a = fetch('http://x')\n" }),
  ).toEqual([])
})

test('types of the network and scripts of a page are no calls', () => {
  expect(
    rulesBroken({
      'server/src/app/a.ts': "import type { Server } from 'node:http'\nconst page = `<script>fetch('/api')</script>`\n",
    }),
  ).toEqual([])
})

test('the list is read in order', () => {
  expect(readModules("/** the list */\nexport const modules = [\n  'core', // first\n  'platform',\n] as const")).toEqual([
    'core',
    'platform',
  ])
})
