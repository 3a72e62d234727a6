/**
 * What people did, as tracks of a plan: taken in durably, stored once in ClickHouse, announced as `tracks.stored` per batch.
 * Later modules record their own facts with `recordTracks` in the transaction that made them true.
 */
import './import-tracks.ts'
import { replayTask } from './replay-archive.ts'

export { carriers } from './carriers.ts'
export { tracksStored } from './events.ts'
export { jobs } from './jobs.ts'
export { keepTracks } from './keep-tracks.ts'
export { clickhouseMigrations, migrations } from './migrations.ts'
export { englishOf, seedTrackPlan as seed, trackPlan, trackWord } from './plan.ts'
export { rebuildTracks as rebuild } from './rebuild.ts'
export { recordTracks as record, recordTracks, type Track } from './record-tracks.ts'
export { rawRoutes, routes } from './routes.ts'
export { workers } from './store-batches.ts'
export { subscribers } from './subscribers.ts'
export { trackTimeline } from './timeline.ts'
export { areTracksWaiting } from './waiting-tracks.ts'

export const tasks = [replayTask]
