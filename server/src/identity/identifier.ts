import { decrypt, encrypt, keyedHash } from '../core/index.ts'
import type { Rulebook, TypeRule } from './identifier-types.ts'
import { halfWidth, masked, normalise, phoneTailOf } from './normalise.ts'

/** An identifier of a call, ready to be looked up. */
export type CallIdentifier = { type: TypeRule; scope: string; value: string; raw: string; key: string }
export type Ignored = { type: string; reason: 'blocked' | 'invalid' | 'unknownType' }
export type GivenIdentifier = { type: string; scope?: string; value: string }

/** 128 bits of the keyed hash: enough for billions of identifiers, half the index. */
export function keyOf(type: string, scope: string, value: string): string {
  return keyedHash(`${type}\0${scope}\0${value}`, 'identifier').slice(0, 32)
}

export function tailHashOf(fourDigits: string): string {
  return keyedHash(fourDigits, 'phone-tail').slice(0, 32)
}

/** Normalises, drops blocked values and repeats, and sorts by strength: strongest first, then by value. */
export function readIdentifiers(
  book: Rulebook,
  given: readonly GivenIdentifier[],
): { identifiers: CallIdentifier[]; ignored: Ignored[] } {
  const byKey = new Map<string, CallIdentifier>()
  const ignored: Ignored[] = []
  for (const one of given) {
    const type = book.types.get(one.type)
    if (!type) {
      ignored.push({ type: one.type, reason: 'unknownType' })
      continue
    }
    const read = normalise(one.type, one.value, book.blocks)
    if ('reason' in read) {
      ignored.push({ type: one.type, reason: read.reason })
      continue
    }
    const scope = one.scope ?? ''
    const key = keyOf(one.type, scope, read.value)
    if (!byKey.has(key)) byKey.set(key, { type, scope, value: read.value, raw: one.value, key })
  }
  const identifiers = [...byKey.values()].sort((a, b) => a.type.priority - b.type.priority || (a.key < b.key ? -1 : 1))
  return { identifiers, ignored }
}

type StoredColumns = ReturnType<typeof columnsOf>
const stored = new WeakMap<CallIdentifier, StoredColumns>()

/** The columns that never change once an identifier is known; sealed once per call, since they are written twice. */
export function storedIdentifier(of: CallIdentifier): StoredColumns {
  let columns = stored.get(of)
  if (!columns) {
    columns = columnsOf(of)
    stored.set(of, columns)
  }
  return columns
}

function columnsOf(of: CallIdentifier) {
  return {
    keyHash: of.key,
    type: of.type.name,
    scope: of.scope,
    value: encrypt(of.value),
    rawValue: halfWidth(of.raw).trim() === of.value ? null : encrypt(of.raw.slice(0, 300)),
    masked: masked(of.type.name, of.value),
    tailHash: of.type.name === 'phone' ? tailHashOf(phoneTailOf(of.value)) : null,
    isStrong: of.type.isStrong,
  }
}

export function openValue(stored: string): string {
  return decrypt(stored)
}
