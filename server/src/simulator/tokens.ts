/** Access tokens: handed out, superseded, expired. Stable and classic tokens of an account live apart, as on the platform. */
import { randomText } from './crypto.ts'
import { PlatformError, type Simulator } from './simulator.ts'
import type { Account, Corp, Grant } from './world.ts'

const LIFETIME_MS = 7200_000
const OVERLAP_MS = 300_000 // an old classic token works a little longer
const RENEW_BEFORE_MS = 300_000
const GRANTS_MAX = 5000
const FORCED_A_DAY = 20
const FORCED_APART_MS = 30_000

function issue(sim: Simulator, owner: string, kind: Grant['kind']): { token: string; grant: Grant } {
  const { grants } = sim.world
  if (grants.size > GRANTS_MAX) for (const [old, grant] of grants) if (grant.expiresAtMs < sim.now()) grants.delete(old)
  const token = `${kind === 'corp' ? '' : `${80 + (grants.size % 20)}_`}${randomText(kind === 'corp' ? 214 : 136)}`
  const grant: Grant = { owner, kind, expiresAtMs: sim.now() + LIFETIME_MS, isSuperseded: false }
  grants.set(token, grant)
  sim.changed()
  return { token, grant }
}

function liveGrants(sim: Simulator, owner: string, kind: Grant['kind']) {
  return [...sim.world.grants].filter(
    ([, grant]) => grant.owner === owner && grant.kind === kind && !grant.isSuperseded && grant.expiresAtMs > sim.now(),
  )
}

function supersede(sim: Simulator, owner: string, kind: Grant['kind'], overlapMs: number): void {
  for (const [, grant] of liveGrants(sim, owner, kind)) {
    grant.isSuperseded = overlapMs === 0
    grant.expiresAtMs = Math.min(grant.expiresAtMs, sim.now() + overlapMs)
  }
}

/** Finds the account of an appid and secret; 40013 and 40001 (repeated wrong secrets: 45009, as the real host bans the address). */
export function accountBySecret(sim: Simulator, appId: string | null, secret: string | null): Account {
  if (!appId) throw new PlatformError(41002, 'appid missing')
  const account = sim.world.accounts.get(appId)
  if (!account) throw new PlatformError(40013, 'invalid appid')
  if (!secret) throw new PlatformError(41004, 'appsecret missing')
  if (secret !== account.secret) {
    if (!sim.quotas.take(`secret:${appId}`, 30, 3600_000, sim.now()))
      throw new PlatformError(45009, 'reach max api daily quota limit')
    throw new PlatformError(40001, 'invalid credential, access_token is invalid or not latest')
  }
  return account
}

/** GET /cgi-bin/token: each call makes a new token and ends the one before, after a short overlap. */
export function classicToken(sim: Simulator, account: Account): { access_token: string; expires_in: number } {
  if (!sim.quotas.take(`token:${account.appId}`, 2000, 86_400_000, sim.now()))
    throw new PlatformError(45009, 'reach max api daily quota limit')
  supersede(sim, account.appId, 'classic', OVERLAP_MS)
  return { access_token: issue(sim, account.appId, 'classic').token, expires_in: LIFETIME_MS / 1000 }
}

/** POST /cgi-bin/stable_token: the same token until its last five minutes, unless forced. */
export function stableToken(sim: Simulator, account: Account, isForced: boolean): { access_token: string; expires_in: number } {
  const now = sim.now()
  if (!sim.quotas.take(`stable:${account.appId}`, 10_000, 60_000, now))
    throw new PlatformError(45011, 'api minute-quota reach limit, must slower, retry next minute')
  if (isForced) {
    const today = account.forcedTokenTimesMs.filter(atMs => atMs > now - 86_400_000)
    if (today.length >= FORCED_A_DAY) throw new PlatformError(45009, 'reach max api daily quota limit')
    if (now - (today.at(-1) ?? 0) < FORCED_APART_MS)
      throw new PlatformError(45011, 'api minute-quota reach limit, must slower, retry next minute')
    account.forcedTokenTimesMs = [...today, now]
    supersede(sim, account.appId, 'stable', 0)
  }
  const [known] = liveGrants(sim, account.appId, 'stable').filter(([, grant]) => grant.expiresAtMs > now + RENEW_BEFORE_MS)
  if (known) return { access_token: known[0], expires_in: Math.floor((known[1].expiresAtMs - now) / 1000) }
  return { access_token: issue(sim, account.appId, 'stable').token, expires_in: LIFETIME_MS / 1000 }
}

/** GET /cgi-bin/gettoken of WeCom: the same token until it ends; one per (corp, secret). */
export function corpToken(sim: Simulator, corp: Corp, right: 'app' | 'contacts'): { access_token: string; expires_in: number } {
  const owner = `${corp.corpId}:${right}`
  const [known] = liveGrants(sim, owner, 'corp')
  if (known) return { access_token: known[0], expires_in: Math.floor((known[1].expiresAtMs - sim.now()) / 1000) }
  return { access_token: issue(sim, owner, 'corp').token, expires_in: LIFETIME_MS / 1000 }
}

/** Who called. Throws 41001, 40014, 40001 (superseded) or 42001, like the platforms. */
export function grantOf(sim: Simulator, token: string | null): Grant {
  if (!token) throw new PlatformError(41001, 'access_token missing')
  const grant = sim.world.grants.get(token)
  if (!grant) throw new PlatformError(40014, 'invalid access_token')
  if (grant.isSuperseded) throw new PlatformError(40001, 'invalid credential, access_token is invalid or not latest')
  if (grant.expiresAtMs <= sim.now()) throw new PlatformError(42001, 'access_token expired')
  return grant
}

/** Ends every token of an owner at once (fault `tokenExpired`, and the page's switch). */
export function expireTokens(sim: Simulator, ownerPrefix: string): number {
  let count = 0
  for (const grant of sim.world.grants.values()) {
    if (!grant.owner.startsWith(ownerPrefix) || grant.expiresAtMs <= sim.now()) continue
    grant.expiresAtMs = sim.now()
    count += 1
  }
  if (count > 0) sim.changed()
  return count
}
