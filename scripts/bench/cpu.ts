import { readdirSync, readFileSync } from 'node:fs'

/** The product's processes, and the pretend platforms. */
export type Pids = { web: number; worker: number; clickhouse: number; platforms: number }
/** CPU seconds used so far, by who used them. From /proc (Linux); zeros elsewhere. */
export type Cpu = Record<keyof Pids | 'load' | 'database' | 'redis' | 'all', number>
/** Cores that each kept busy on average: where the time goes. `others` is what else this machine did meanwhile. */
export type Cores = Record<keyof Pids | 'load' | 'database' | 'redis' | 'others', number>

const TICKS_PER_SECOND = 100
const IDLE_COLUMNS = [3, 4]

export function cpuNow(pids: Pids): Cpu {
  const { user, system } = process.cpuUsage()
  return {
    web: ofProcess(pids.web),
    worker: ofProcess(pids.worker),
    clickhouse: ofProcess(pids.clickhouse),
    platforms: ofProcess(pids.platforms),
    load: (user + system) / 1e6,
    database: ofProgram(/^(mariadbd|mysqld)$/),
    redis: ofProgram(/^redis-server$/),
    all: ofMachine(),
  }
}

export function coresBetween(before: Cpu, after: Cpu, seconds: number): Cores {
  const used = (who: keyof Cpu) => (after[who] - before[who]) / seconds
  const ours = {
    web: used('web'),
    worker: used('worker'),
    clickhouse: used('clickhouse'),
    platforms: used('platforms'),
    load: used('load'),
    database: used('database'),
    redis: used('redis'),
  }
  return { ...ours, others: Math.max(0, used('all') - Object.values(ours).reduce((sum, one) => sum + one, 0)) }
}

export function coresText(cores: Cores): string {
  return Object.entries(cores)
    .map(([who, share]) => `${who} ${share.toFixed(2)}`)
    .join(', ')
}

function ofProcess(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return 0
  }
}

function ofProgram(name: RegExp): number {
  try {
    return readdirSync('/proc')
      .filter(entry => /^\d+$/.test(entry) && name.test(nameOf(entry)))
      .reduce((sum, pid) => sum + ofProcess(Number(pid)), 0)
  } catch {
    return 0
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

function ofMachine(): number {
  try {
    const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
    const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number)
    return ticks.reduce((sum, value, at) => sum + (IDLE_COLUMNS.includes(at) ? 0 : value), 0) / TICKS_PER_SECOND
  } catch {
    return 0
  }
}
