import { z } from 'zod'
import { command, Day, defineErrors, Id, Instant, Name, Page, pageOf, query } from './kernel.ts'
import { ExportRequest, ExportRun } from './platform/exports.ts'
import { Rule } from './selection/rule.ts'

export { READY_STAGES } from './lifecycle/ready-stages.ts'

/** 生命周期: ordered stages of a brand. A person is in the first whose rule selects him, else in the rest; in exactly one. */
export const LIFECYCLE_STAGES_MAX = 20

const Color = z.string().regex(/^#[0-9a-fA-F]{6}$/)

export const Stage = z.object({
  id: Id,
  name: z.string(),
  color: z.string(),
  /** Null: the rest, whom no rule selects. It is the last. */
  rule: Rule.nullable(),
  /** How many are in it, of those whom the caller may see. */
  count: z.int(),
})
export type Stage = z.output<typeof Stage>

/** A stage that reports still name after it was taken away. */
const StageName = Stage.pick({ id: true, name: true, color: true }).extend({ isRemoved: z.boolean() })
export type StageName = z.output<typeof StageName>

export const Lifecycle = z.object({
  /** False: the brand has no stages yet. */
  isSetUp: z.boolean(),
  status: z.enum(['building', 'ready', 'failed']),
  /** False until everybody has been put into a stage once. */
  isBuilt: z.boolean(),
  failure: z.string().nullable(),
  stages: z.array(Stage),
  isTimeDependent: z.boolean(),
  refreshedAt: Instant.nullable(),
  recheckAt: Instant.nullable(),
  tookMs: z.int().nullable(),
  /** From when it is known who was in which stage. */
  startedAt: Instant.nullable(),
  /** Up to `startedAt` the history was worked out afterwards, from this instant on; null when it was not. */
  recallFrom: Instant.nullable(),
  /** When the stages in force were put in force, and by whom. */
  putAt: Instant.nullable(),
  putBy: z.string().nullable(),
  /** Whether the caller may change them: who sees single stores only may not. */
  mayChange: z.boolean(),
})
export type Lifecycle = z.output<typeof Lifecycle>

const Draft = z.object({
  /** Left out: a new stage. */
  id: Id.optional(),
  name: Name,
  color: Color,
  rule: Rule,
})
const Drafts = z.object({
  /** In their order: the first whose rule selects somebody has him. */
  stages: z.array(Draft).min(1).max(LIFECYCLE_STAGES_MAX),
  rest: z.object({ name: Name, color: Color }),
})

/** `YYYY-MM` in the brand's zone. */
const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/)
/** Null in `from`: new in the month; in `to`: gone from the brand by its end. */
const CellEnds = z.object({ from: Id.nullable(), to: Id.nullable() })

export const lifecycle = {
  'lifecycle.get': query({
    access: ['operator', 'apiKey'],
    input: z.object({}),
    output: Lifecycle,
    summary: 'The lifecycle stages of the brand, in their order, with how many are in each',
  }),
  'lifecycle.preview': query({
    access: 'operator',
    input: Drafts,
    output: z.object({
      /** In the order of the draft, the rest last. */
      counts: z.array(z.int()),
      population: z.int(),
      /** How many would be in another stage than now; of a brand without stages, everybody. */
      movedCount: z.int(),
      /** From which stage (null: in none yet) to which of the draft (its place, the rest last), where there are any. */
      moves: z.array(z.object({ fromId: Id.nullable(), toAt: z.int(), count: z.int() })),
      tookMs: z.int(),
    }),
    summary: 'How many a draft of the stages would put into each, and how many would move',
  }),
  'lifecycle.put': command({
    access: 'operator',
    /** `recallMonths`: when the brand has no stages yet and their rules read tracks alone, works out the ends of so many past months. */
    input: Drafts.extend({ recallMonths: z.int().min(0).max(24).default(0) }),
    output: Lifecycle,
    summary: 'Put a draft of the stages in force; everybody is placed at once',
  }),
  'lifecycle.refresh': command({
    access: 'operator',
    input: z.object({}),
    output: Lifecycle,
    summary: 'Place everybody again now',
  }),
  'lifecycle.cancelBuild': command({
    access: 'operator',
    input: z.object({}),
    output: Lifecycle,
    summary: 'Stop the computation that is under way; everybody stays where he was',
  }),
  'lifecycle.matrix': query({
    access: ['operator', 'apiKey'],
    /** Left out: this month. */
    input: z.object({ month: Month.optional() }),
    output: z.object({
      month: z.string(),
      /** Months of which something is known, the latest first. */
      months: z.array(z.string()),
      /** What the month is counted between: its first instant, or the first that is known; and its end, or now. */
      startAt: Instant,
      endAt: Instant,
      /** The stages were changed in this month: some moved because the rules did. */
      isChanged: z.boolean(),
      /** Worked out afterwards, from the rules of today. */
      isRecalled: z.boolean(),
      /** Stages that the cells name, in their order. */
      stages: z.array(StageName),
      cells: z.array(CellEnds.extend({ count: z.int() })),
    }),
    summary: 'From which stage to which a month took its people: who was where at its start and at its end',
  }),
  'lifecycle.people': query({
    access: ['operator', 'apiKey'],
    input: Page.pick({ page: true, pageSize: true }).extend({ month: Month }).extend(CellEnds.shape),
    output: pageOf(
      z.object({
        personId: Id,
        name: z.string().nullable(),
        avatar: z.string().nullable(),
        phoneMasked: z.string().nullable(),
        /** The stage he is in now, and since when. */
        stageName: z.string().nullable(),
        since: Instant.nullable(),
      }),
    ),
    summary: 'The people of a cell of the matrix',
  }),
  'lifecycle.export': command({
    access: 'operator',
    input: ExportRequest.extend({ month: Month }).extend(CellEnds.shape),
    output: ExportRun,
    summary: 'Write the people of a cell of the matrix to a file',
  }),
  'lifecycle.trend': query({
    access: ['operator', 'apiKey'],
    input: z.object({ days: z.int().min(7).max(731).default(90) }),
    output: z.object({
      /** True: the numbers are of people whom the caller may not see, and are left out. */
      isWithheld: z.boolean(),
      stages: z.array(StageName),
      /**
       * How many each stage held at the end of a day, in the order of `stages`; days before it began have no row. Null between the ends of months that were
       * worked out afterwards.
       */
      days: z.array(z.object({ day: Day, counts: z.array(z.int()).nullable() })),
    }),
    summary: 'How large the stages were day by day',
  }),
}

export const lifecycleErrors = defineErrors({
  'lifecycle.notSetUp': { status: 409, zh: '这个品牌还没有设置生命周期阶段', en: 'This brand has no lifecycle stages yet' },
  'lifecycle.nameTaken': { status: 422, zh: '两个阶段不能同名', en: 'Two stages have the same name' },
  'lifecycle.emptyRule': {
    status: 422,
    zh: '每个阶段至少要有一个条件，否则后面的阶段不会有人',
    en: 'Every stage needs a condition: without one it takes everybody',
  },
  'lifecycle.cycle': {
    status: 422,
    zh: '阶段的规则不能用到生命周期阶段本身（也不能经过标签或人群绕回来）',
    en: "A stage's rule cannot ask for the stage itself, nor by way of a tag or a segment",
  },
  'lifecycle.notBuilding': { status: 409, zh: '当前没有正在进行的计算', en: 'Nothing is being computed' },
  'lifecycle.cancelled': { status: 409, zh: '计算已被取消', en: 'The computation was cancelled' },
  'lifecycle.noSuchMonth': { status: 422, zh: '这个月还没有记录', en: 'Nothing is known of this month' },
  'lifecycle.cannotRecall': {
    status: 422,
    zh: '只有全部规则都只看行为（例如下单）时，才能补算过去的月份',
    en: 'Past months can be worked out only when every rule reads tracks alone',
  },
})
