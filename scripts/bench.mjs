// `npm run bench`: the speeds of the product on this machine. Needs MariaDB or MySQL and Redis; see scripts/bench/.
import { installIfNeeded } from './lib/install.mjs'
import { needNode, serverFlags, show } from './lib/shell.mjs'

needNode()
await installIfNeeded()
process.exit(
  await show(
    process.execPath,
    [...serverFlags, '--import', 'tsx', '--expose-gc', 'scripts/bench/main.ts', ...process.argv.slice(2)],
    {
      env: { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' },
    },
  ),
)
