// The small SDK as one file for browsers: miniprogram/dist/sdk/tracks.js, served as /sdk/tracks.js.
import { resolve } from 'node:path'
import { build, context } from 'esbuild'

const options = {
  entryPoints: ['src/sdk/tracks.ts'],
  outfile: resolve(process.env.FACE_OUT ?? 'dist/sdk', 'tracks.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2018',
  logLevel: 'warning',
}
if (process.argv.includes('--watch')) await (await context(options)).watch()
else await build(options)
