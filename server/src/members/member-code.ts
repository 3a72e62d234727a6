import { keyedHash } from '../core/index.ts'

/**
 * The rotating code a member shows at the counter: 24 digits, so that a QR stays coarse and a bar code possible. Nothing is stored:
 * it says whose it is, when it ends, and proves that we made it.
 */
export const CODE_SECONDS = 30
const MARK = '28'
const MOD = 10_000

/** A code for this member that ends `CODE_SECONDS` from now. */
export function makeMemberCode(memberId: number, now: Date): { code: string; expiresAt: Date } {
  const endSeconds = Math.floor(now.getTime() / 1000) + CODE_SECONDS
  const body = `${String(memberId).padStart(10, '0')}${String(endSeconds % MOD).padStart(4, '0')}`
  return { code: MARK + body + proof(memberId, endSeconds), expiresAt: new Date(endSeconds * 1000) }
}

/** Whose code it is: a member's id, 'expired', or null when it is not one of ours. */
export function readMemberCode(code: string, now: Date): number | 'expired' | null {
  const [, member = '', end = '', mac = ''] = /^28(\d{10})(\d{4})(\d{8})$/.exec(code) ?? []
  if (!member) return null
  const memberId = Number(member)
  const endSeconds = nearest(Number(end), Math.floor(now.getTime() / 1000))
  if (proof(memberId, endSeconds) !== mac) return null
  return endSeconds * 1000 <= now.getTime() ? 'expired' : memberId
}

/** The instant near `now` whose last four digits these are: the code lives much shorter than they take to come round. */
function nearest(remainder: number, nowSeconds: number): number {
  const base = nowSeconds - (nowSeconds % MOD) + remainder
  return [base - MOD, base, base + MOD].reduce((best, one) =>
    Math.abs(one - nowSeconds) < Math.abs(best - nowSeconds) ? one : best,
  )
}

function proof(memberId: number, endSeconds: number): string {
  const digest = keyedHash(`${memberId}:${endSeconds}`, 'memberCode')
  return String(BigInt(`0x${digest.slice(0, 15)}`) % 100_000_000n).padStart(8, '0')
}
