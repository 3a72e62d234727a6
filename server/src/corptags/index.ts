/**
 * WeCom corp tags (企业标签): what the corp has and who made it, and which of our tags are mirrored with which, both ways. Only chosen tags are mirrored,
 * only changes are written, within the platform's limits; what no callback tells is found every night.
 */
import { corpTags } from '@banyan/shared'
import { every, outsideTransaction, serve } from '../core/index.ts'
import { unmarkTask } from './carriers.ts'
import { compareTask, readAllCatalogues, reconcile } from './compare.ts'
import { corpTagCatalogue, refreshCatalogue, removeTag, renameTag } from './manage-corp-tags.ts'
import { mirrorTag, runAgain, setDirection, unmirror } from './manage-mirrors.ts'
import { listFailed, listMirrors } from './mirror-view.ts'
import { lookWorker } from './work-looks.ts'

export { carriers } from './carriers.ts'
export { migrations } from './migrations.ts'
export { subscribers } from './subscribers.ts'

export const routes = serve(corpTags, {
  'corpTags.catalogue': corpTagCatalogue,
  'corpTags.refresh': outsideTransaction(refreshCatalogue),
  'corpTags.rename': outsideTransaction(renameTag),
  'corpTags.remove': outsideTransaction(removeTag),
  'corpTags.mirrors': listMirrors,
  'corpTags.mirror': outsideTransaction(mirrorTag),
  'corpTags.setDirection': setDirection,
  'corpTags.unmirror': unmirror,
  'corpTags.runAgain': runAgain,
  'corpTags.failed': listFailed,
})

export const tasks = [compareTask, unmarkTask]
export const workers = [lookWorker]

export const jobs = [
  // the relations are read whole at three
  every('corpTags.readCatalogues', '50 2 * * *', readAllCatalogues),
  every('corpTags.reconcile', '30 4 * * *', reconcile),
]
