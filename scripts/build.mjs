// `npm run build`: everything that production needs: both faces, the weapp package, and the server in one file.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildFace, faces } from './lib/faces.mjs'
import { installIfNeeded } from './lib/install.mjs'
import { bin, needNode, ROOT, run, say, step, stop } from './lib/shell.mjs'

needNode()
await installIfNeeded()
try {
  for (const face of faces) await step(`Building ${face.title}`, () => buildFace(face))
  await step('Building the mini-program for WeChat (miniprogram/dist/weapp)', buildWeapp)
  await step('Building the server (server/dist)', buildServer)
} catch (error) {
  stop(error.message)
}
say('\nBuilt. Next: npm run migrate, then npm run web and npm run worker (settings: README, "Configuration").\n')

async function buildWeapp() {
  const { code, output } = await run(bin('taro'), ['build', '--type', 'weapp'], {
    cwd: join(ROOT, 'miniprogram'),
    env: { NODE_ENV: 'production' },
  })
  if (code !== 0) throw new Error(`The mini-program could not be built:\n${output.slice(-4000)}`)
}

/** Our own code in one file, packages stay in node_modules: native parts and CommonJS work as published. The sample is left out. */
async function buildServer() {
  const { build } = await import('esbuild')
  rmSync(join(ROOT, 'server', 'dist'), { recursive: true, force: true })
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['server/src/app/main.ts'],
    outfile: 'server/dist/app/main.mjs', // as deep as its source: paths to the faces hold,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'silent',
    plugins: [
      {
        name: 'packages-stay-outside',
        setup(build) {
          build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
            if (kind === 'entry-point' || path.startsWith('@banyan/')) return undefined
            return { path, external: true }
          })
          build.onResolve({ filter: /sample\/index\.ts$/ }, ({ path, kind }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          )
        },
      },
    ],
  })
}
