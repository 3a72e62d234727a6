import { coresText } from './cpu.ts'
import { type Load, load, type Request } from './http-load.ts'
import { caller, type Row, settled, whole } from './measures.ts'
import type { BenchProduct } from './product.ts'

type Given = { type: string; scope?: string; value: string }[]

const TARGET_PER_SECOND = 1500
const phone = (n: number): Given[number] => ({ type: 'phone', value: String(15_000_000_000 + n) })
const unionid = (n: number): Given[number] => ({ type: 'unionid', scope: 'open-bench', value: `o6_bMasdsad6_2sgVt7hMZ${n}` })

/** Seven in ten are new, two are known, one tells more of somebody known. */
function mixed(index: number): Given {
  const kind = index % 10
  if (kind < 7) return [phone(index)]
  const known = Math.floor(index / 2)
  return kind < 9 ? [phone(known - (known % 10))] : [phone(index - 9), unionid(index)]
}

/**
 * identity.resolve, one call per record. The target is for the mix; the kinds of calls by themselves follow: people nobody knew,
 * people who are known, and calls that join two known records.
 */
export async function resolveIdentity(product: BenchProduct): Promise<Row> {
  const { world, call } = await caller(product)
  const { secret } = await call<{ secret: string }>('apiKeys.create', {
    name: 'till',
    scopes: ['identity.*'],
    brandIds: [world.brandId],
  })
  const headers = { 'Content-Type': 'application/json', 'X-Api-Key': secret }
  const asked = (identifiers: Given): Request => ({
    path: '/api/identity.resolve',
    headers,
    body: JSON.stringify({ identifiers, source: 'bench' }),
  })
  const measure = (total: number, given: (index: number) => Given) =>
    product.watching(() => load({ port: product.port, total, connections: 96, request: index => asked(given(index)) }))
  const total = Number(process.env.BENCH_TOTAL || 15_000)
  const some = Math.ceil(total / 3)
  const few = Math.ceil(total / 30)

  await load({ port: product.port, total: 500, connections: 16, request: index => asked(mixed(index + total)) })
  const { result, cores } = await measure(total, mixed)

  const perCall = (share: number) => `${((1000 * share) / result.perSecond).toFixed(2)} ms`

  const parts: Record<string, Load> = {}
  const fresh = 10 * total
  await settled(product)
  parts['new'] = (await measure(some, index => [phone(fresh + index)])).result
  await settled(product)
  parts['known'] = (await measure(some, index => [phone(fresh + index)])).result
  await settled(product)
  await measure(few, index => [unionid(fresh + index)])
  await settled(product)
  parts['joins'] = (await measure(few, index => [phone(fresh + index), unionid(fresh + index)])).result
  return {
    what: 'Resolve identity (API call each)',
    reached: `${whole(result.perSecond)}/s`,
    target: `${whole(TARGET_PER_SECOND)}/s`,
    isReached: result.perSecond >= TARGET_PER_SECOND && result.statuses[200] === total,
    notes: [
      `cores: ${coresText(cores)}; CPU of one call: web ${perCall(cores.web)}, worker ${perCall(cores.worker)}, database ${perCall(cores.database)}`,
      ...Object.entries(parts).map(([kind, one]) => `${kind}: ${whole(one.perSecond)}/s, p99 ${one.p99} ms`),
    ],
    detail: { ...result, cores, parts },
  }
}
