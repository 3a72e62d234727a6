import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** WeChat refuses a main package, or any subpackage, above 2 MB (developers.weixin.qq.com, subpackages). */
export const packageBytesMax = 2 * 1024 * 1024

/**
 * Sizes of the packages of a built mini-program in bytes: `main` and each subpackage by its root.
 * Throws when the build is missing.
 */
export function packageSizes(distDirectory: string): Record<string, number> {
  const manifest = join(distDirectory, 'app.json')
  if (!existsSync(manifest)) throw new Error(`${manifest} is missing: run the weapp build first`)
  const app = JSON.parse(readFileSync(manifest, 'utf8')) as { subPackages?: { root: string }[]; subpackages?: { root: string }[] }
  const roots = (app.subPackages ?? app.subpackages ?? []).map(({ root }) => root.replace(/\/$/, ''))

  const sizes: Record<string, number> = { main: 0, ...Object.fromEntries(roots.map(root => [root, 0])) }
  for (const file of filesUnder(distDirectory)) {
    const path = relative(distDirectory, file).replaceAll('\\', '/')
    const owner = roots.find(root => path.startsWith(`${root}/`)) ?? 'main'
    sizes[owner] = (sizes[owner] ?? 0) + statSync(file).size
  }
  return sizes
}

/** The packages that WeChat would refuse, empty when all fit. */
export function tooLarge(sizes: Record<string, number>, bytesMax = packageBytesMax): string[] {
  return Object.keys(sizes).filter(name => (sizes[name] ?? 0) > bytesMax)
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesUnder(join(directory, entry.name)) : [join(directory, entry.name)],
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = packageSizes(fileURLToPath(new URL('../dist/weapp', import.meta.url)))
  for (const [name, bytes] of Object.entries(sizes)) console.log(`${name.padEnd(16)} ${(bytes / 1024).toFixed(0).padStart(6)} KB`)
  const refused = tooLarge(sizes)
  if (refused.length > 0) {
    console.error(`Above the 2 MB that WeChat allows: ${refused.join(', ')}`)
    process.exit(1)
  }
}
