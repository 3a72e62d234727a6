import {
  type Ctx,
  hashPassword,
  keyedHash,
  now,
  redis,
  refused,
  run,
  sql,
  transaction,
  verifyPassword,
} from '../../core/index.ts'
import { brandsSeen, storesSeen } from '../organisation.ts'
import { rightsOf } from './identify.ts'
import { Operator } from './operator.ts'
import { operatorView } from './operators.ts'
import { endSession, endSessionsOf, openSession } from './sessions.ts'
import { allowedIn } from './whole-brands.ts'

/** Wrong passwords for one name before it is locked, and for how long. */
const WRONG_MAX = 5
const LOCKED_MS = 15 * 60_000
/** Tries from one address: it stops somebody who tries many names. */
const TRIES_PER_ADDRESS = { limit: 60, windowMs: 60_000 }

/** What an unknown name is compared with, so that the time of the answer does not tell which names exist. */
let nobody: Promise<string> | null = null

/** Opens an operator's session. Throws auth.wrong, auth.locked. Runs outside a transaction: argon2 takes a tenth of a second. */
export async function signIn(ctx: Ctx, { username, password }: { username: string; password: string }) {
  const counter = counterOf(username)
  const tries = await countTry(counter)
  const operator = await Operator.findOne({ where: { username } })
  nobody ??= hashPassword('nobody has this password')
  const isRight = await verifyPassword(operator?.passwordHash ?? (await nobody), password)
  if (!operator || !isRight || !operator.isActive) {
    throw wrong(tries, 'password')
  }
  await redis.del(counter)
  return transaction(async () => {
    const session = await openSession(ctx, { type: 'operator', id: operator.id, name: operator.name })
    await run(sql`UPDATE operators SET last_sign_in_at = ${ctx.now} WHERE id = ${operator.id}`)
    operator.lastSignInAt = ctx.now
    const [view] = await operatorView(ctx, [operator])
    return { ...session, operator: view! }
  })
}

const counterOf = (username: string) => `signin:wrong:${keyedHash(username, 'signin')}`

/** Counts before the password is looked at, so that many tries at once are no more than many in turn. Throws auth.locked. */
async function countTry(counter: string): Promise<number> {
  const tries = await redis.incrBy(counter, 1, { ttlMs: LOCKED_MS })
  if (tries > WRONG_MAX) throw locked()
  return tries
}

const locked = () => refused('auth.locked', { retryAfterSeconds: LOCKED_MS / 1000 })
const wrong = (tries: number, field: string) => (tries >= WRONG_MAX ? locked() : refused('auth.wrong', { field }))

/** Throws rate.limited. Called before the password is looked at. */
export async function limitSignIns(address: string): Promise<void> {
  const { isAllowed, retryAfterMs } = await redis.take(`signin:from:${address}`, TRIES_PER_ADDRESS)
  if (!isAllowed) throw refused('rate.limited', { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) })
}

export async function signOut(ctx: Ctx) {
  if (ctx.sessionId !== null) await endSession(ctx, ctx.sessionId)
  return { isDone: true as const }
}

/** Who am I, what may I do, which brands and stores do I see. */
export async function me(ctx: Ctx) {
  const operator = await Operator.findByPk(ctx.operatorId ?? 0)
  if (!operator) throw refused('access.signedOut')
  const [view] = await operatorView(ctx, [operator])
  const { permissions, mayReveal } = await rightsOf(operator)
  const whole = { ...ctx, brandId: null }
  return {
    operator: view!,
    permissions: allowedIn(ctx, permissions),
    mayReveal,
    brands: await brandsSeen(whole),
    stores: await storesSeen(whole),
  }
}

/** Changes one's own password and ends one's other sessions. Throws auth.wrong, auth.locked, auth.sameAsOld. */
export async function changePassword(ctx: Ctx, { oldPassword, newPassword }: { oldPassword: string; newPassword: string }) {
  const operator = await Operator.findByPk(ctx.operatorId ?? 0)
  if (!operator) throw refused('access.signedOut')
  const counter = counterOf(operator.username)
  const tries = await countTry(counter)
  if (!(await verifyPassword(operator.passwordHash, oldPassword))) throw wrong(tries, 'oldPassword')
  await redis.del(counter)
  if (oldPassword === newPassword) throw refused('auth.sameAsOld', { field: 'newPassword' })
  const passwordHash = await hashPassword(newPassword)
  await transaction(async () => {
    await run(sql`UPDATE operators SET password_hash = ${passwordHash} WHERE id = ${operator.id}`)
    await endSessionsOf({ ...ctx, now: now() }, 'operator', operator.id, ctx.sessionId)
  })
  return { isDone: true as const }
}
