import { tags } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { getTag } from './get-tag.ts'
import { createTag, listTags, refreshTagByHand, removeTag, updateTag } from './manage-tags.ts'
import { putTagByHand, takeTagByHand } from './put-tag.ts'
import { tagHistory } from './tag-history.ts'
import { tagsOfPerson } from './tags-of.ts'

export const routes = serve(tags, {
  'tags.list': listTags,
  'tags.get': getTag,
  'tags.history': tagHistory,
  'tags.refresh': refreshTagByHand,
  'tags.create': createTag,
  'tags.update': updateTag,
  'tags.remove': removeTag,
  'tags.put': putTagByHand,
  'tags.take': takeTagByHand,
  'tags.of': tagsOfPerson,
})
