/** 标签 on people: who put one on, when and why is kept; rules read them. Later modules use `putTag`, `takeTag` and `tagsOfPeople`. */
export { carriers } from './carriers.ts'
export { tagPut, tagTaken } from './events.ts'
export { createTag } from './manage-tags.ts'
export { migrations } from './migrations.ts'
export { putTag, takeTag } from './put-tag.ts'
export { routes } from './routes.ts'
export { type TagFacts, tagsById } from './tag.ts'
export { tagsOfPeople } from './tags-of.ts'
