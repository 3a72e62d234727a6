import { tags } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { createTag, listTags, removeTag, updateTag } from './manage-tags.ts'
import { putTagByHand, takeTagByHand } from './put-tag.ts'
import { tagsOfPerson } from './tags-of.ts'

export const routes = serve(tags, {
  'tags.list': listTags,
  'tags.create': createTag,
  'tags.update': updateTag,
  'tags.remove': removeTag,
  'tags.put': putTagByHand,
  'tags.take': takeTagByHand,
  'tags.of': tagsOfPerson,
})
