import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { StoreError } from './store-error.ts'

type Held = { close(): void }
const held = new Map<string, Held>()

/**
 * One process per folder of embedded stores. The lock is an exclusive transaction on a small database file: the operating system
 * lets go of it when the process dies, however it dies, so there is no stale lock to take over and no process number to misread
 * (in containers every process is number 1). Repeating it in the same process is harmless.
 * Throws StoreError `stores.inUse` when another process has the folder.
 */
export function lockDataDir(folder: string): void {
  const dir = resolve(folder)
  if (held.has(dir)) return
  mkdirSync(dir, { recursive: true })
  const noteFile = join(dir, 'lock.pid')
  try {
    const Libsql = createRequire(import.meta.url)('libsql')
    const db = new Libsql(join(dir, 'lock.db'), { timeout: 0.2 })
    db.exec('BEGIN EXCLUSIVE')
    held.set(dir, db)
  } catch (error) {
    const code = (error as { code?: string }).code
    // Without libsql the relational store is a server; chDB then guards its own folder.
    if (code === 'MODULE_NOT_FOUND') return
    if (code !== 'SQLITE_BUSY') throw error
    throw new StoreError(
      'stores.inUse',
      `another process${holderOf(noteFile)} is using ${dir}. Stop it first, or give this one its own DATA_DIR; several processes need DATABASE_URL, REDIS_URL and CLICKHOUSE_URL`,
    )
  }
  writeFileSync(noteFile, String(process.pid))
}

export function unlockDataDir(folder: string): void {
  const dir = resolve(folder)
  held.get(dir)?.close()
  held.delete(dir)
}

function holderOf(noteFile: string): string {
  try {
    return ` (pid ${readFileSync(noteFile, 'utf8').trim()})`
  } catch {
    return ''
  }
}
