/** The world on disk: one JSON file, replaced whole, so that a crash leaves the old one or the new one. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from './world.ts'

const VERSION = 1
const KEPT_MESSAGES_MAX = 30 // of a chat; older ones are only play
const WRITE_SHARE_MAX = 0.05 // of the time may go into writing snapshots

function toText(world: World): string {
  const plain = {
    ...world,
    chats: new Map(
      [...world.chats].map(([id, chats]) => [
        id,
        chats.map(chat => ({ ...chat, messages: chat.messages.slice(-KEPT_MESSAGES_MAX) })),
      ]),
    ),
  }
  return JSON.stringify({ version: VERSION, world: plain }, (_key, value: unknown) =>
    value instanceof Map ? { $map: [...value] } : value,
  )
}

/** The kept world, or null when there is none or it is of another version. Throws when the file is broken. */
export function readSnapshot(dataDir: string): World | null {
  let text: string
  try {
    text = readFileSync(join(dataDir, 'world.json'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const parsed = JSON.parse(text, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && '$map' in value ? new Map(value.$map as [unknown, unknown][]) : value,
  ) as { version: number; world: World }
  return parsed.version === VERSION ? parsed.world : null
}

export type Snapshots = { changed(): void; stop(): void; remove(): void }

/** Writes the world some time after it changed; how often depends on how long a write takes. Without a folder, never. */
export function createSnapshots(world: () => World, dataDir: string | null, onError: (error: unknown) => void): Snapshots {
  if (!dataDir) return { changed() {}, stop() {}, remove() {} }
  mkdirSync(dataDir, { recursive: true })
  const path = join(dataDir, 'world.json')
  let timer: NodeJS.Timeout | null = null
  let pauseMs = 1000
  let isDirty = false
  let isStopped = false

  const write = async () => {
    timer = null
    isDirty = false
    const startedAt = performance.now()
    const text = toText(world())
    pauseMs = Math.max(1000, (performance.now() - startedAt) / WRITE_SHARE_MAX)
    await writeFile(`${path}.part`, text)
    if (!isStopped) await rename(`${path}.part`, path)
  }

  return {
    changed() {
      isDirty = true
      timer ??= setTimeout(() => void write().catch(onError), pauseMs).unref()
    },
    stop() {
      if (timer) clearTimeout(timer)
      timer = null
      isStopped = true
      if (!isDirty) return
      writeFileSync(`${path}.last`, toText(world()))
      renameSync(`${path}.last`, path)
    },
    remove() {
      rmSync(path, { force: true })
    },
  }
}
