// What every script needs before anything is installed: Node's own modules only.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const bin = name => join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

/** For processes of the server: a call's short-lived objects die in a young space that holds some hundred calls, instead of being copied. */
export const serverFlags = ['--max-semi-space-size=32']

const isTerminal = process.stdout.isTTY && !process.env.NO_COLOR
const paint = code => text => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
export const color = { green: paint(32), red: paint(31), amber: paint(33), dim: paint(90), bold: paint(1) }

export function say(text = '') {
  process.stdout.write(`${text}\n`)
}

/** Ends the process with a message for a person: what happened, and what to do now. */
export function stop(what, todo) {
  process.stderr.write(`\n${color.red('✗')} ${what}\n${todo ? `  ${todo}\n` : ''}\n`)
  process.exit(1)
}

/** Package.json says the same; npm only warns about it. */
export function needNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 11)) {
    stop(
      `Node ${process.versions.node} is too old: Banyan needs Node 20.11 or newer.`,
      'Install it from https://nodejs.org or with nvm, then run this again.',
    )
  }
}

export function seconds(ms) {
  const whole = Math.round(ms / 1000)
  return ms < 9_950
    ? `${(ms / 1000).toFixed(1)} s`
    : whole < 60
      ? `${whole} s`
      : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** One line that lives while the work runs: what, for how long, and how it ended. Without a terminal: a line every 15 seconds. */
export async function step(title, work) {
  const startedAt = Date.now()
  let note = ''
  let printedAt = startedAt
  const line = () => `${title}${note ? ` · ${note}` : ''} ${color.dim(seconds(Date.now() - startedAt))}`
  const width = () => Math.max(20, (process.stdout.columns ?? 80) - 4)
  if (isTerminal) process.stdout.write(`  ${title}`)
  else say(`  ${title} ...`)
  const timer = setInterval(() => {
    if (isTerminal) process.stdout.write(`\r\u001b[2K${color.amber('…')} ${line().slice(0, width() + 9)}`)
    else if (Date.now() - printedAt >= 15_000) {
      printedAt = Date.now()
      say(`  ${line()}`)
    }
  }, 250)
  const end = sign => {
    clearInterval(timer)
    process.stdout.write(`${isTerminal ? '\r\u001b[2K' : ''}${sign} ${line()}\n`)
  }
  try {
    const result = await work(text => {
      note = text
    })
    end(color.green('✓'))
    return result
  } catch (error) {
    end(color.red('✗'))
    throw error
  }
}

const running = new Set()

/** Ends the programs that `run` has under way. */
export function stopRunning() {
  for (const child of running) child.kill()
}

/** Runs a program, keeps what it says, and gives it back. Never throws for a bad exit code. */
export function run(command, args, { cwd = ROOT, env = {}, onLine } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    running.add(child)
    let output = ''
    const take = chunk => {
      output = (output + chunk).slice(-400_000)
      if (onLine) for (const text of String(chunk).split('\n')) if (text.trim()) onLine(text)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', error => resolve({ code: 127, output: `${output}\n${error.message}` }))
    child.on('close', code => {
      running.delete(child)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** Runs a program whose output the reader should see as it comes. */
export function show(command, args, { cwd = ROOT, env = {} } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    child.on('error', () => resolve(127))
    child.on('close', code => resolve(code ?? 1))
  })
}

export function isPortFree(port, host) {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** Full path of the first of these programs that is installed, or null. */
export function findProgram(names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        const path = join(folder, name)
        accessSync(path, constants.X_OK)
        return path
      } catch {}
    }
  }
  return null
}

export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named && spawnSync(named, ['--version']).status === 0) return named
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return findProgram(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', mac])
}
