import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds used so far, by who used them. From /proc (Linux); zeros elsewhere. */
export type Cpu = { server: number; load: number; database: number; redis: number; all: number }
/** Cores that each kept busy on average: where the time goes. `others` is what else this machine did meanwhile. */
export type Cores = { server: number; load: number; database: number; redis: number; others: number }

const TICKS_PER_SECOND = 100
const IDLE_COLUMNS = [3, 4]

export function cpuNow(serverPid: number): Cpu {
  const { user, system } = process.cpuUsage()
  return {
    server: ofProcess(serverPid),
    load: (user + system) / 1e6,
    database: ofProgram(/^(mariadbd|mysqld)$/),
    redis: ofProgram(/^redis-server$/),
    all: ofMachine(),
  }
}

export function coresBetween(before: Cpu, after: Cpu, seconds: number): Cores {
  const used = (who: keyof Cpu) => (after[who] - before[who]) / seconds
  const ours = used('server') + used('load') + used('database') + used('redis')
  return {
    server: used('server'),
    load: used('load'),
    database: used('database'),
    redis: used('redis'),
    others: Math.max(0, used('all') - ours),
  }
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
