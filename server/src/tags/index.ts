/**
 * 标签 on people and things: put on by hand, kept by a rule, or computed; who put one on, when and why is kept; rules read them and what they say. Later modules
 * use `putTag`, `takeTag` and `tagsOfPeople`.
 */
import './subject-uses.ts'
import { declareTagFields } from '../selection/index.ts'
import { refreshTask } from './refresh-tags.ts'
import { tagFields } from './tag-fields.ts'

export { carriers } from './carriers.ts'
export { tagPut, tagTaken, tagValueChanged } from './events.ts'
export { subscribers } from './follow-changes.ts'
export { type HeldTag, heldTags, holdersOf } from './held.ts'
export { jobs } from './jobs.ts'
export { createTag, ownTagOfId } from './manage-tags.ts'
export { migrations } from './migrations.ts'
export { putTag, takeTag } from './put-tag.ts'
export { rebuildTags as rebuild } from './rebuild.ts'
export { routes } from './routes.ts'
export { type TagFacts, tagOfId, tagsById } from './tag.ts'
export { readsThroughTags } from './tag-reads.ts'
export { tagsOfPeople } from './tags-of.ts'

export const tasks = [refreshTask]

declareTagFields(tagFields)
