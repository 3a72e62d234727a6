import { runningImports } from './imports/imports.ts'
import { importWorker } from './imports/run-import.ts'
import { workSource } from './operations/running-work.ts'

workSource('imports', runningImports)

export const workers = [importWorker]
