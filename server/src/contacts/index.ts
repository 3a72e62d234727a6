/** WeCom relations of staff and customers: kept by callbacks that are re-read, corrected every night, metered against the bought scale. */
import { contacts } from '@banyan/shared'
import { addDays, every, on, onBatch, outsideTransaction, run, serve, sql } from '../core/index.ts'
import { rowsCarrier } from '../identity/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { wecomContactAdded, wecomContactEdited, wecomContactRemoved, wecomTagChanged } from '../wecom/index.ts'
import { forgetCorpTags, listCorpTags } from './corp-tags.ts'
import { rereadTask, takeAdded, takeEdited, takeRemoved } from './follow-callbacks.ts'
import { listSyncs, reconcileTask, startReconcile } from './reconcile.ts'
import { contactsOf } from './relation-view.ts'
import { contactScale, noteScale, setScale } from './scale.ts'
import { openContact, remarkContact } from './staff-actions.ts'

export { migrations } from './contact-relation.ts'
export { corpTagsOf, forgetCorpTags } from './corp-tags.ts'
export { contactAdded, contactRemoved, contactTagsChanged } from './events.ts'
export { rereadRelation } from './follow-callbacks.ts'
export { noteMarks, noteRemark } from './note-marks.ts'
export { startReconcile } from './reconcile.ts'
export {
  activeRelationsOf,
  type ContactFacts,
  contactTotals,
  relationOfId,
  relationSeen,
  relationsBearing,
  relationsOfIds,
} from './relation-facts.ts'
export { contactsOf, relationMomentsOf } from './relation-view.ts'
export { contactScale, isScaleFull, setScale } from './scale.ts'
export { type SeenRelation, takeRelations } from './take-relations.ts'

export const routes = serve(contacts, {
  'contacts.of': contactsOf,
  'contacts.open': outsideTransaction(openContact),
  'contacts.remark': outsideTransaction(remarkContact),
  'contacts.corpTags': listCorpTags,
  'contacts.reconcile': startReconcile,
  'contacts.syncs': listSyncs,
  'contacts.scale': contactScale,
  'contacts.setScale': setScale,
})

// not on the fast lane: there the welcome goes first, and it would wait behind all of these
const readsWecom = { isOutsideTransaction: true } as const

export const subscribers = [
  on(wecomContactAdded, 'contacts.takeAdded', takeAdded, readsWecom),
  onBatch(wecomContactEdited, 'contacts.takeEdited', takeEdited),
  on(wecomContactRemoved, 'contacts.takeRemoved', takeRemoved, readsWecom),
  on(wecomTagChanged, 'contacts.forgetCorpTags', (_ctx, { corpId }) => forgetCorpTags(corpId), { isOutsideTransaction: true }),
]

export const tasks = [reconcileTask, rereadTask]

export const jobs = [
  every('contacts.reconcileNightly', '0 3 * * *', async ctx => {
    if ((await connectionsOf('wecom')).length > 0) await startReconcile(ctx, {})
  }),
  every('contacts.noteScale', '10 0 * * *', noteScale),
  every('contacts.forgetOldSyncs', '50 3 * * *', ctx =>
    run(sql`DELETE FROM contact_syncs WHERE started_at < ${addDays(ctx.now, -180)}`),
  ),
]

export const carriers = [
  rowsCarrier({
    name: 'contacts',
    columns: [{ table: 'contact_relations', column: 'person_id' }],
    // the relation itself is WeCom's; what staff noted about the person goes
    erase: async (_ctx, personId) => {
      await run(
        sql`UPDATE contact_relations SET name = '', remark = '', description = '', tags = '[]' WHERE person_id = ${personId}`,
      )
    },
  }),
]
