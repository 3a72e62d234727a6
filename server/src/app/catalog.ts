import * as analytics from '../analytics/index.ts'
import * as consent from '../consent/index.ts'
import * as contacts from '../contacts/index.ts'
import type { Carrier, ModuleParts } from '../core/index.ts'
import * as core from '../core/index.ts'
import * as corptags from '../corptags/index.ts'
import * as coupons from '../coupons/index.ts'
import * as identity from '../identity/index.ts'
import * as lifecycle from '../lifecycle/index.ts'
import * as livecodes from '../livecodes/index.ts'
import * as members from '../members/index.ts'
import * as messaging from '../messaging/index.ts'
import type { ModuleName } from '../modules.ts'
import { modules } from '../modules.ts'
import * as orders from '../orders/index.ts'
import * as pay from '../pay/index.ts'
import * as platform from '../platform/index.ts'
import * as profiles from '../profiles/index.ts'
import * as sample from '../sample/index.ts'
import * as segments from '../segments/index.ts'
import * as selection from '../selection/index.ts'
import * as staff from '../staff/index.ts'
import * as subjects from '../subjects/index.ts'
import * as tags from '../tags/index.ts'
import * as tracking from '../tracking/index.ts'
import * as wechat from '../wechat/index.ts'
import * as wecom from '../wecom/index.ts'

/** Every module's parts. A module of modules.ts that is missing here is a type error. */
const parts: Record<Exclude<ModuleName, 'simulator' | 'app'>, ModuleParts> = {
  core: { migrations: core.migrations },
  platform,
  wechat,
  wecom,
  pay,
  staff,
  identity,
  consent,
  contacts,
  subjects,
  tracking,
  selection,
  tags,
  corptags,
  segments,
  lifecycle,
  members,
  coupons,
  orders,
  messaging,
  livecodes,
  profiles,
  analytics,
  sample,
}

const inOrder = modules.flatMap(name => (name in parts ? [parts[name as keyof typeof parts]] : []))

export const catalog = {
  routes: inOrder.flatMap(one => one.routes ?? []),
  rawRoutes: inOrder.flatMap(one => one.rawRoutes ?? []),
  subscribers: inOrder.flatMap(one => one.subscribers ?? []),
  tasks: inOrder.flatMap(one => one.tasks ?? []),
  workers: inOrder.flatMap(one => one.workers ?? []),
  jobs: [
    ...inOrder.flatMap(one => one.jobs ?? []),
    core.every('core.removeFinishedWork', '20 4 * * *', () => core.removeFinishedWork()),
  ],
  migrations: inOrder.flatMap(one => one.migrations ?? []),
  clickhouseMigrations: inOrder.flatMap(one => one.clickhouseMigrations ?? []),
  carriers: inOrder.flatMap((one): readonly Carrier[] => one.carriers ?? []),
  seeds: inOrder.flatMap(one => (one.seed ? [one.seed] : [])),
}
