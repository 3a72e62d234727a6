import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { hashOf, recordedHash, recordHash } from './install.mjs'
import { bin, ROOT, run } from './shell.mjs'

const lock = ['package-lock.json', 'shared/src', 'tsconfig.json']

/** The faces that the server hands out as files: what they are made of, and how they are made. */
export const faces = [
  {
    name: 'admin',
    title: 'Web admin',
    folder: 'admin',
    product: 'admin/dist/index.html',
    sources: [...lock, 'admin'],
    command: [bin('vite'), ['build', '--logLevel', 'warn']],
    watch: [bin('vite'), ['build', '--watch', '--logLevel', 'warn']],
  },
  {
    name: 'h5',
    title: 'Mini-program as H5',
    folder: 'miniprogram',
    product: 'miniprogram/dist/h5/index.html',
    sources: [...lock, 'miniprogram'],
    // Nothing of the builder's own account on this machine, and no question to a network.
    command: [bin('taro'), ['build', '--type', 'h5', '--disable-global-config', '--no-check']],
    watch: [bin('taro'), ['build', '--type', 'h5', '--disable-global-config', '--no-check', '--watch']],
  },
  {
    name: 'sdk',
    title: 'Tracks of web pages',
    folder: 'miniprogram',
    product: 'miniprogram/dist/sdk/tracks.js',
    sources: ['package-lock.json', 'miniprogram/src/sdk'],
    command: [process.execPath, [join(ROOT, 'scripts/lib/build-sdk.mjs')]],
    watch: [process.execPath, [join(ROOT, 'scripts/lib/build-sdk.mjs'), '--watch']],
  },
]

/** The faces whose sources changed since they were last built. */
export function staleFaces() {
  return faces.filter(face => !existsSync(join(ROOT, face.product)) || recordedHash(face.name) !== hashOf(face.sources))
}

/**
 * Builds one face beside the one that is being served and puts it in its place when it is whole: nobody meets a missing file while it is
 * built, and a build that fails leaves the old one. Throws with the builder's own words.
 */
export async function buildFace(face, onLine) {
  const hash = hashOf(face.sources)
  const [command, args] = face.command
  const next = join(ROOT, '.cache', `${face.name}-next`)
  rmSync(next, { recursive: true, force: true })
  const folder = join(ROOT, face.folder)
  const env = { NODE_ENV: 'production', FACE_OUT: relative(folder, next) }
  const { code, output } = await run(command, args, { cwd: folder, env, onLine })
  if (code !== 0 || !existsSync(join(next, basename(face.product))))
    throw new Error(`${face.title} could not be built:\n${output.slice(-4000)}`)
  swap(next, dirname(join(ROOT, face.product)))
  recordHash(face.name, hash)
}

/** Two renames: the moment without a face is shorter than a request. */
export function swap(next, place) {
  const old = `${next}-old`
  rmSync(old, { recursive: true, force: true })
  mkdirSync(dirname(place), { recursive: true })
  if (existsSync(place)) renameSync(place, old)
  renameSync(next, place)
  rmSync(old, { recursive: true, force: true })
}
