import { runningExports } from './exports/exports.ts'
import { exportWorker } from './exports/run-export.ts'
import { runningImports } from './imports/imports.ts'
import { importWorker } from './imports/run-import.ts'
import { workSource } from './operations/running-work.ts'

workSource('imports', runningImports)
workSource('exports', runningExports)

export const workers = [importWorker, exportWorker]
