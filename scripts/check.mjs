// `npm run check`: lint, import rules, types. Seconds, no services.

import { checks } from './lib/checks.mjs'
import { installIfNeeded } from './lib/install.mjs'
import { color, needNode, say } from './lib/shell.mjs'

needNode()
await installIfNeeded()
let failed = 0
for (const check of checks) {
  const { code, output } = await check.run()
  say(`${code === 0 ? color.green('✓') : color.red('✗')} ${check.title}`)
  if (code !== 0) {
    failed++
    say(output.trim())
  }
}
process.exit(failed === 0 ? 0 : 1)
