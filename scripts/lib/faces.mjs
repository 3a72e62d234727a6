import { existsSync } from 'node:fs'
import { join } from 'node:path'
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
    command: [bin('taro'), ['build', '--type', 'h5']],
    watch: [bin('taro'), ['build', '--type', 'h5', '--watch']],
  },
]

/** The faces whose sources changed since they were last built. */
export function staleFaces() {
  return faces.filter(face => !existsSync(join(ROOT, face.product)) || recordedHash(face.name) !== hashOf(face.sources))
}

/** Builds one face. Throws with the builder's own words. */
export async function buildFace(face, onLine) {
  const hash = hashOf(face.sources)
  const [command, args] = face.command
  const { code, output } = await run(command, args, { cwd: join(ROOT, face.folder), env: { NODE_ENV: 'production' }, onLine })
  if (code !== 0 || !existsSync(join(ROOT, face.product)))
    throw new Error(`${face.title} could not be built:\n${output.slice(-4000)}`)
  recordHash(face.name, hash)
}
