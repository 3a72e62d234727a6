import { eventMigrations } from './work/events.ts'
import { scheduleMigrations } from './work/schedule.ts'
import { taskMigrations } from './work/tasks.ts'

export const migrations = [...eventMigrations, ...taskMigrations, ...scheduleMigrations]
