import { z } from 'zod'
import { command, Done, defineErrors, Id, Instant, Page, pageOf, query } from './kernel.ts'

/** 标签: put on by hand, by a live code, by an import or by WeCom; who put it on, when and why is kept. */
export const TagColor = z.string().regex(/^#[0-9A-Fa-f]{6}$/)

export const Tag = z.object({
  id: Id,
  /** Null: a tag of the whole group. */
  brandId: Id.nullable(),
  /** Heading under which it is shown; empty when it has none. */
  groupName: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  /** Only one tag of its group at a time: putting one takes the others. */
  isExclusive: z.boolean(),
  peopleCount: z.int(),
  createdAt: Instant,
})
export type Tag = z.output<typeof Tag>

/** A tag on a person. */
export const PersonTag = z.object({
  tagId: Id,
  groupName: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  /** `operator`, `staff`, `livecode`, `import`, `wecom`, `rule`, `apiKey`. */
  source: z.string(),
  putBy: z.string(),
  why: z.string(),
  putAt: Instant,
})
export type PersonTag = z.output<typeof PersonTag>

const Draft = z.object({
  name: z.string().trim().min(1).max(30),
  groupName: z.string().trim().max(30).default(''),
  color: TagColor.nullable().default(null),
  isExclusive: z.boolean().default(false),
})

export const tags = {
  'tags.list': query({
    access: ['operator', 'staff', 'apiKey'],
    input: Page.extend({ groupName: z.string().optional() }),
    output: pageOf(Tag),
    summary: 'Tags of the brand and of the group, by heading and name',
  }),
  'tags.create': command({ access: ['operator', 'apiKey'], input: Draft, output: Tag, summary: 'Make a tag' }),
  'tags.update': command({
    access: 'operator',
    input: z.object({
      tagId: Id,
      name: Draft.shape.name.optional(),
      groupName: z.string().trim().max(30).optional(),
      color: TagColor.nullable().optional(),
      isExclusive: z.boolean().optional(),
    }),
    output: Tag,
    summary: 'Rename or regroup a tag',
  }),
  'tags.remove': command({
    access: 'operator',
    input: z.object({ tagId: Id }),
    output: Done,
    summary: 'Remove a tag from everybody and for good',
  }),
  'tags.put': command({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ personIds: z.array(Id).min(1).max(1000), tagId: Id, why: z.string().trim().max(100).default('') }),
    output: z.object({ count: z.int() }),
    summary: 'Put a tag on people; who already has it keeps it',
  }),
  'tags.take': command({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ personIds: z.array(Id).min(1).max(1000), tagId: Id }),
    output: z.object({ count: z.int() }),
    summary: 'Take a tag off people',
  }),
  'tags.of': query({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ personId: Id }),
    output: z.array(PersonTag),
    summary: 'Tags of a person, newest first',
  }),
}

export const tagsErrors = defineErrors({
  'tag.nameTaken': { status: 409, zh: '同一分组里已有这个标签', en: 'This heading already has a tag of that name' },
})
