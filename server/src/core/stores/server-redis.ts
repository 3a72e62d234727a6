import { createClient } from 'redis'
import { log } from '../log.ts'
import type { RedisPort, TakeLimit } from './redis.ts'
import { StoreError } from './store-error.ts'

/** A command that takes longer than this has failed: callers answer or go on without it. */
const COMMAND_MS = 3_000

/** KEYS[1] counter; ARGV: cost, limit, window. Answers -1 when taken, else the milliseconds until the window ends. */
const TAKE = `
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
if taken + tonumber(ARGV[1]) > tonumber(ARGV[2]) then
  local left = redis.call('PTTL', KEYS[1])
  if left > 0 then return left end
  return tonumber(ARGV[3])
end
if redis.call('INCRBY', KEYS[1], ARGV[1]) == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return -1`
const INCR = `
local isNew = redis.call('EXISTS', KEYS[1]) == 0
local value = redis.call('INCRBY', KEYS[1], ARGV[1])
if isNew and ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return value`
/** A gate that was lost lets everybody through: the database behind it decides. */
const GATE_TAKE = `
local left = redis.call('GET', KEYS[1])
if not left then return 1 end
if tonumber(left) < tonumber(ARGV[1]) then return 0 end
redis.call('DECRBY', KEYS[1], ARGV[1])
return 1`
const GATE_GIVE_BACK = `if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('INCRBY', KEYS[1], ARGV[1]) end return 0`
const DEL_IF_EQUALS = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
const EXTEND_IF_EQUALS = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`

type Client = ReturnType<typeof openClient>

/** The Redis port over a server. With the server gone, commands fail at once or within three seconds and are never queued. */
export function openServerRedis(url: string, prefix: string): RedisPort {
  const main = lazyClient(url)
  const listener = lazyClient(url)
  const call = async <T>(work: (client: Client) => Promise<T>): Promise<T> => inTime(main.ready().then(work))
  const script = (text: string, key: string, ...args: (string | number)[]) =>
    call(async client => Number(await client.eval(text, { keys: [prefix + key], arguments: args.map(String) })))

  return {
    get: key => call(async client => (await client.get(prefix + key)) as string | null),
    set: (key, value, { ttlMs, onlyIfAbsent } = {}) =>
      call(async client => {
        const expiration = ttlMs ? ({ type: 'PX', value: Math.ceil(ttlMs) } as const) : undefined
        const answer = await client.set(prefix + key, value, {
          ...(expiration ? { expiration } : {}),
          ...(onlyIfAbsent ? { condition: 'NX' as const } : {}),
        })
        return answer === 'OK'
      }),
    del: async (...keys) => {
      // One by one: in a cluster the keys of one command must share a slot.
      for (const key of keys) await call(client => client.del(prefix + key))
    },
    delIfEquals: async (key, value) => (await script(DEL_IF_EQUALS, key, value)) === 1,
    extendIfEquals: async (key, value, ttlMs) => (await script(EXTEND_IF_EQUALS, key, value, ttlMs)) === 1,
    incrBy: (key, n, { ttlMs } = {}) => script(INCR, key, n, ttlMs ?? ''),
    take: async (key, { limit, windowMs, cost = 1 }: TakeLimit) => {
      const answer = await script(TAKE, key, cost, limit, windowMs)
      return { isAllowed: answer < 0, retryAfterMs: Math.max(0, answer) }
    },
    gateOpen: (key, stock, ttlMs) =>
      call(
        async client =>
          void (await client.set(prefix + key, String(stock), { expiration: { type: 'PX', value: ttlMs }, condition: 'NX' })),
      ),
    gateTake: (key, n = 1) => script(GATE_TAKE, key, n).then(answer => answer === 1, letThrough(true)),
    gateGiveBack: (key, n = 1) => script(GATE_GIVE_BACK, key, n).then(() => undefined, letThrough(undefined)),
    publish: (channel, text) => call(async client => void (await client.publish(prefix + channel, text))),
    subscribe: async (channel, handler) => {
      const listen = (text: string) => handler(text)
      const client = await inTime(listener.ready())
      await client.subscribe(prefix + channel, listen)
      return async () => void (await client.unsubscribe(prefix + channel, listen))
    },
    ping: () => call(async client => void (await client.ping())),
    close: async () => {
      await Promise.all([main.close(), listener.close()])
    },
  }
}

function openClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    socket: {
      connectTimeout: COMMAND_MS,
      reconnectStrategy: attempts => Math.min(2_000, 50 * 2 ** attempts) + Math.random() * 100,
      keepAlive: true,
    },
    pingInterval: 20_000,
  })
}

/** Connects on first use; while the server is away it goes on trying, and says so once. */
function lazyClient(url: string) {
  let client: Client | null = null
  let connecting: Promise<unknown> | null = null
  let isAway = false
  return {
    async ready(): Promise<Client> {
      if (!client) {
        client = openClient(url)
        client.on('error', error => {
          if (!isAway) log.warn({ err: error }, 'redis is away')
          isAway = true
        })
        client.on('ready', () => {
          if (isAway) log.info('redis is back')
          isAway = false
        })
        connecting = client.connect()
        connecting.catch(() => undefined)
      }
      if (!client.isReady && !isAway) await connecting
      return client
    },
    async close(): Promise<void> {
      if (client?.isReady) await client.close()
      else client?.destroy()
      client = null
    },
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreError('redis.away', `Redis did not answer within ${COMMAND_MS / 1000} s`)),
      COMMAND_MS,
    )
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    if (error instanceof StoreError || (error as { name?: string }).name === 'ErrorReply') throw error
    throw new StoreError('redis.away', 'Redis cannot be reached', error)
  } finally {
    clearTimeout(timer)
  }
}

function letThrough<T>(answer: T) {
  return (error: unknown): T => {
    log.warn({ err: error }, 'a gate in redis is away; the database decides')
    return answer
  }
}
