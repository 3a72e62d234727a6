/**
 * Splits a whole amount over weights by largest remainder, ties to the earlier line (semantics 3.7). The parts sum to the amount;
 * with an amount no larger than the sum of the weights no part is larger than its weight. Weights of zero get nothing.
 */
export function splitByLargestRemainder(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total <= 0 || amount === 0) return weights.map(() => 0)
  const shares = weights.map((weight, index) => {
    const exact = BigInt(amount) * BigInt(weight)
    return { index, floor: Number(exact / BigInt(total)), rest: exact % BigInt(total) }
  })
  let left = amount - shares.reduce((sum, share) => sum + share.floor, 0)
  const parts = shares.map(share => share.floor)
  for (const share of [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0) break
    parts[share.index] = (parts[share.index] ?? 0) + 1
    left -= 1
  }
  return parts
}

/**
 * How much of `recorded` belongs to the first `part` of `whole`, so that successive refunds never exceed it in sum and a
 * whole refund takes exactly all: the difference of two calls is the share of what lies between.
 */
export function cumulativeShare(recorded: number, part: number, whole: number): number {
  if (whole === 0) return 0
  return part >= whole ? recorded : Number((BigInt(recorded) * BigInt(part)) / BigInt(whole))
}
