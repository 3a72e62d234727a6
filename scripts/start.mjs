// `npm start`: from a fresh clone to a running product. `npm run dev` is the same with --watch.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildFace, faces, staleFaces } from './lib/faces.mjs'
import { installIfNeeded } from './lib/install.mjs'
import { color, isPortFree, needNode, ROOT, say, seconds, serverFlags, step, stop, stopRunning } from './lib/shell.mjs'

const startedAt = Date.now()
const isWatching = process.argv.includes('--watch')
const port = Number(process.env.PORT || 3000)
const hasSimulator = process.env.SIMULATOR !== '0' && process.env.SIMULATOR !== 'false'
const simulatorPort = Number(process.env.SIMULATOR_PORT || 3001)
const dataDir = resolve(ROOT, process.env.DATA_DIR || '.data')
const logPath = join(dataDir, 'banyan.log')

needNode()
say(`\n${color.bold('Banyan 榕树')} ${color.dim(isWatching ? '· development, rebuilds on every change' : '')}\n`)
await needPorts()
await installIfNeeded()

const stale = isWatching ? [] : staleFaces()
let server
try {
  // The server migrates and makes the sample while the faces build: both are slow only the first time.
  const building = Promise.all(
    stale.map(face =>
      step(`Building ${face.title} (${face.folder}/)`, note => buildFace(face, line => note(plain(line).slice(0, 50)))),
    ),
  )
  server = startServer()
  await Promise.all([building, step('Starting web, worker and simulator', note => untilReady(server, note))])
} catch (error) {
  if (server?.isStopping) await new Promise(() => {}) // Ctrl-C while building: the server's end ends us
  server?.kill('SIGTERM')
  stop(error.message, error.todo)
}
if (isWatching) watchFaces()
printAddresses(server.ready ?? {})

async function needPorts() {
  const wanted = hasSimulator ? [port, simulatorPort, simulatorPort + 1, simulatorPort + 2] : [port]
  const free = await Promise.all(wanted.map(one => isPortFree(one)))
  const taken = wanted.filter((_, index) => !free[index])
  if (taken.length === 0) return
  const isOurs = taken.includes(port) && (await isBanyan())
  if (isOurs)
    stop(`Banyan is already running at http://localhost:${port}.`, 'Open it there, or stop it first (Ctrl-C in its window).')
  stop(
    `Port ${taken.join(', ')} is in use by another program.`,
    `Stop that program, or choose others: PORT=8080 SIMULATOR_PORT=8081 npm start (the simulator takes three ports in a row).`,
  )
}

async function isBanyan() {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1000) })
    return answer.ok
  } catch {
    return false
  }
}

/** Web, worker and simulator in one process; its log goes to a file, what a person must know comes back as messages. */
function startServer() {
  mkdirSync(dataDir, { recursive: true })
  const log = createWriteStream(logPath, { flags: 'a' })
  const entry = [...serverFlags, '--import', 'tsx', 'server/src/app/main.ts', 'all']
  const child = spawn(process.execPath, isWatching ? ['--watch', '--watch-preserve-output', ...entry] : entry, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      PORT: String(port),
      SIMULATOR: hasSimulator ? '1' : '0',
      SIMULATOR_PORT: String(simulatorPort),
      DATA_DIR: dataDir,
      // chDB runs its queries on libuv's pool: its lanes plus eight for files and DNS (house.md, measured facts).
      UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16',
    },
  })
  child.lastWords = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false })
    stream.on('data', chunk => {
      child.lastWords = (child.lastWords + chunk).slice(-6000)
    })
  }
  const leave = signal => {
    if (child.isStopping) {
      if (Date.now() - child.isStopping > 700) child.kill('SIGKILL') // a second Ctrl-C from an impatient hand
      return
    }
    child.isStopping = Date.now()
    stopRunning()
    say(`\n${color.dim('Stopping: finishing what is in hand ... (Ctrl-C again to force)')}`)
    child.kill(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
  }
  process.on('SIGINT', () => leave('SIGINT'))
  process.on('SIGTERM', () => leave('SIGTERM'))
  child.on('exit', (code, signal) => {
    if (child.isStopping) {
      say(
        code === 0 || signal
          ? color.dim('Stopped. Everything is saved under .data/')
          : color.red(`Stopped with code ${code}; see ${logPath}`),
      )
      process.exit(0)
    }
    if (child.isReady)
      stop(
        `The server ended by itself (${signal ?? `code ${code}`}).`,
        `${plainWords(child.lastWords)}\n  The whole log: ${logPath}`,
      )
  })
  return child
}

/** Resolves when the server answers; rejects with its own words when it ends first. */
function untilReady(child, note) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearInterval(timer)
      child.isReady = true
      resolve()
    }
    const timer = setInterval(async () => {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })
        if (answer.ok && !child.isMakingSample) done()
      } catch {}
    }, 150)
    child.on('message', message => {
      if (message?.progress) {
        child.isMakingSample = true
        note(message.progress)
      }
      if (message?.ready) {
        child.ready = message.ready
        done()
      }
    })
    child.once('exit', code => {
      clearInterval(timer)
      if (child.isStopping) return
      reject(
        Object.assign(new Error(`The server could not start (code ${code}).`), {
          todo: `${plainWords(child.lastWords)}\n  The whole log: ${logPath}`,
        }),
      )
    })
  })
}

/** Log lines are JSON for machines: the messages alone are for people. */
function plainWords(text) {
  const lines = text
    .trim()
    .split('\n')
    .map(line => {
      try {
        const entry = JSON.parse(line)
        return entry.level >= 40 ? [entry.msg, entry.err?.message].filter(Boolean).join(': ') : ''
      } catch {
        return line
      }
    })
  return lines
    .filter(line => line.trim())
    .slice(-25)
    .join('\n  ')
}

function watchFaces() {
  for (const face of faces) {
    const child = spawn(face.watch[0], face.watch[1], { cwd: join(ROOT, face.folder), stdio: ['ignore', 'pipe', 'pipe'] })
    const tell = chunk => {
      const text = String(chunk).trim()
      if (/error|failed/i.test(text)) say(`${color.red(`[${face.name}]`)} ${text}`)
    }
    child.stdout.on('data', tell)
    child.stderr.on('data', tell)
    process.on('exit', () => child.kill())
  }
}

function printAddresses({ signIns = [] }) {
  const at = `http://localhost:${port}`
  const rows = [
    ['Web admin 管理后台', `${at}/admin/`],
    ...(hasSimulator ? [['Simulator 模拟器 (play the whole story)', `${at}/simulator`]] : []),
    ['Mini-program 小程序 (H5)', `${at}/m/`],
    ['API', `${at}/api/docs`],
  ]
  say(`\n${color.green('Ready')} in ${seconds(Date.now() - startedAt)}. Open:\n`)
  for (const [name, address] of rows) say(`  ${padded(name)} ${color.bold(address)}`)
  if (signIns.length > 0) {
    say('\n  Demo sign-ins:')
    for (const one of signIns) say(`  ${padded(one.name)} ${one.username} / ${one.password}`)
  }
  say(`\n  ${color.dim(`Data and log: ${dataDir.replace(ROOT, '.')}   ·   Ctrl-C stops`)}\n`)
}

/** Chinese characters take two columns. */
function padded(text) {
  const width = [...text].reduce((sum, char) => sum + (char > '\u2e80' ? 2 : 1), 0)
  return text + ' '.repeat(Math.max(0, 44 - width))
}

function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
  return text.replace(/\u001b\[[0-9;]*m/g, '').trim()
}
