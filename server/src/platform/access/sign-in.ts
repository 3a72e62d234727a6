import { type Ctx, hashPassword, now, redis, refused, run, sql, transaction, verifyPassword } from '../../core/index.ts'
import { brandsSeen, storesSeen } from '../organisation.ts'
import { rightsOf } from './identify.ts'
import { Operator } from './operator.ts'
import { operatorView } from './operators.ts'
import { endSession, endSessionsOf, openSession } from './sessions.ts'
import { allowedIn } from './whole-brands.ts'
import { forgive, placeOf, rememberPlace, tryOldPassword, trySignIn, wrong } from './wrong-tries.ts'

/** Tries from one address: it stops somebody who tries many names. */
const TRIES_PER_ADDRESS = { limit: 60, windowMs: 60_000 }

/** What an unknown name is compared with, so that the time of the answer does not tell which names exist. */
let nobody: Promise<string> | null = null

/** Opens an operator's session. Throws auth.wrong, auth.locked. Runs outside a transaction: argon2 takes a tenth of a second. */
export async function signIn(ctx: Ctx, { username, password }: { username: string; password: string }) {
  const operator = await Operator.findOne({ where: { username } })
  const counted = await trySignIn(ctx, username, operator?.id ?? 0)
  nobody ??= hashPassword('nobody has this password')
  const isRight = await verifyPassword(operator?.passwordHash ?? (await nobody), password)
  if (!operator || !isRight || !operator.isActive) {
    throw wrong(counted, 'password')
  }
  await forgive(counted)
  return transaction(async () => {
    const session = await openSession(ctx, { type: 'operator', id: operator.id, name: operator.name })
    await run(sql`UPDATE operators SET last_sign_in_at = ${ctx.now} WHERE id = ${operator.id}`)
    operator.lastSignInAt = ctx.now
    await rememberPlace(ctx, operator.id)
    const [view] = await operatorView(ctx, [operator])
    return { ...session, operator: view! }
  })
}

/** Throws rate.limited. Called before the password is looked at. */
export async function limitSignIns(address: string): Promise<void> {
  const { isAllowed, retryAfterMs } = await redis.take(`signin:from:${placeOf(address)}`, TRIES_PER_ADDRESS)
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
  const counted = await tryOldPassword(operator.id)
  if (!(await verifyPassword(operator.passwordHash, oldPassword))) throw wrong(counted, 'oldPassword')
  await forgive(counted)
  if (oldPassword === newPassword) throw refused('auth.sameAsOld', { field: 'newPassword' })
  const passwordHash = await hashPassword(newPassword)
  await transaction(async () => {
    await run(sql`UPDATE operators SET password_hash = ${passwordHash} WHERE id = ${operator.id}`)
    await endSessionsOf({ ...ctx, now: now() }, 'operator', operator.id, ctx.sessionId)
  })
  return { isDone: true as const }
}
