/**
 * 业务主体: things a brand knows beside people, of types that the admin defines, with attributes, relations and who is reached for them.
 * Later modules read types and contacts here, and follow `subjects.changed` and `subjects.relationsChanged`.
 */
import { loadSampleTask } from './load-template.ts'

export { carriers } from './carriers.ts'
export { relationsChanged, subjectsChanged } from './events.ts'
export { subjectsByValue, subjectsOfBrandByValue } from './find-by-value.ts'
export { migrations } from './migrations.ts'
export { mirroredRelations, mirroredSubjects, type RelationFacts, subjectsAfter } from './mirrored.ts'
export { type Contact, contactsOf, type Reached } from './reach.ts'
export { findSubjects, setSubjectSegments, titlesOf } from './read-subjects.ts'
export { routes } from './routes.ts'
export { visibleById as visibleSubjectsById, visibleSubjects } from './scope.ts'
export { allTypes, attributeOf, relationOf, type TypeFacts, typeOfId, typeOfKey, typesOf } from './subject-type.ts'
export { declareSubjectUse } from './uses.ts'

export const tasks = [loadSampleTask]
