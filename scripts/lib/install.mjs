import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { color, ROOT, run, say, step } from './shell.mjs'

const INSTALLED = join(ROOT, 'node_modules', '.banyan-installed')

/** Installs when node_modules is missing or belongs to another lock file. Says nothing when there is nothing to do. */
export async function installIfNeeded() {
  if (isInstalled()) return
  const result = await step('Installing packages (about 2 to 3 minutes the first time)', note =>
    // Not `npm ci`: the lock file lacks the binaries of platforms that the registry did not carry, and `ci` refuses it.
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'], {
      onLine: line => note(line.slice(0, 60)),
    }),
  )
  if (result.code !== 0) {
    say(
      result.output
        .split('\n')
        .filter(line => !/npm warn/i.test(line))
        .slice(-40)
        .join('\n'),
    )
    say(color.red('\n✗ npm install failed; the lines above say why. Is the registry reachable?'))
    process.exit(1)
  }
  writeFileSync(INSTALLED, lockHash())
}

function isInstalled() {
  const npmsOwn = join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(npmsOwn)) return false
  if (existsSync(INSTALLED)) return readFileSync(INSTALLED, 'utf8') === lockHash()
  const isNewer = statSync(npmsOwn).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs
  if (isNewer) writeFileSync(INSTALLED, lockHash())
  return isNewer
}

function lockHash() {
  return hashOf([
    'package-lock.json',
    'package.json',
    'shared/package.json',
    'server/package.json',
    'admin/package.json',
    'miniprogram/package.json',
  ])
}

/** What builders leave behind: packages, results, and caches in folders that begin with a dot. */
const isMade = name => name === 'node_modules' || name === 'dist' || name.startsWith('.')

/** One hash over the content of these files and folders, in a fixed order. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  const visit = path => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!isMade(name)) visit(join(path, name))
    } else hash.update(relative(ROOT, path)).update('\0').update(readFileSync(path)).update('\0')
  }
  for (const path of paths) visit(join(ROOT, path))
  return hash.digest('hex')
}

/** What was built from which sources, so that a second start builds nothing. */
export function recordedHash(name) {
  const path = join(ROOT, '.cache', `${name}.hash`)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

export function recordHash(name, hash) {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  writeFileSync(join(ROOT, '.cache', `${name}.hash`), hash)
}
