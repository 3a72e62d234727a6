import { bin, run } from './shell.mjs'

/** What can be said about the code without running it. */
export const checks = [
  {
    title: 'Lint and format (biome)',
    run: () => run(bin('biome'), ['check', '--error-on-warnings', '--colors=off', '--max-diagnostics=40']),
  },
  { title: 'Import rules (house.md)', run: () => run(process.execPath, ['--import', 'tsx', 'scripts/check-modules.ts']) },
  { title: 'Types (tsc)', run: () => run(bin('tsc'), ['-p', 'tsconfig.json', '--noEmit', '--pretty', 'false']) },
]
