/**
 * 生命周期: ordered stages of a brand, of which a person is in exactly one: the first whose rule selects him, else the rest. Who was in which from when until
 * when is kept; entering and leaving one are announced once.
 */
import './rule-uses.ts'
import { refreshTask, storeTask } from './refresh-lifecycle.ts'

export { carriers } from './carriers.ts'
export { lifecycleEntered, lifecycleLeft } from './events.ts'
export { subscribers } from './follow-changes.ts'
export { jobs } from './jobs.ts'
export { clickhouseMigrations, migrations } from './migrations.ts'
export { putStages } from './put-stages.ts'
export { type Standing, stageMomentsOf, stagesOfPeople } from './read-stages.ts'
export { rebuildLifecycle as rebuild } from './rebuild.ts'
export { refreshLifecycle } from './refresh-lifecycle.ts'
export { routes } from './routes.ts'
export { mustSeeStage } from './stage.ts'

export const tasks = [refreshTask, storeTask]
