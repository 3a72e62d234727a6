import type { TestProject } from 'vitest/node'

/** Leaves nothing behind on the servers. */
export default function globalSetup(project: TestProject) {
  if (project.config.env?.BANYAN_TEST_STORES !== 'servers') return
  return async () => {
    const { dropDatabases, dropKeys } = await import('./servers.ts')
    await dropDatabases()
    await dropKeys()
  }
}
