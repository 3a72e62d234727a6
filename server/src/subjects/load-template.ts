import { SubjectTemplate } from '@banyan/shared'
import { z } from 'zod'
import { brandOf, type Ctx, enqueue, log, now, say, systemCtx, task, transaction } from '../core/index.ts'
import { createType, listTypes } from './manage-types.ts'
import { inParts, putOf } from './put-subjects.ts'
import { typeOfKey, typesOf } from './subject-type.ts'
import { templates } from './templates/catalogue.ts'
import type { TemplateKey } from './templates/template.ts'

const KEYS = Object.keys(templates) as TemplateKey[]
const SUBJECTS_AT_ONCE = 100

/** The packs there are; one is loaded when the caller's brand has all its types. */
export async function listTemplates(ctx: Ctx) {
  const known = new Set((await typesOf(ctx)).map(type => type.key))
  return KEYS.map(key => {
    const { zh, en, description, types, sample } = templates[key]
    return {
      key,
      name: say(ctx, zh, en),
      description: description[ctx.language],
      typeKeys: types.map(type => type.key),
      sampleCount: sample(ctx.now).reduce((sum, part) => sum + part.subjects.length, 0),
      isLoaded: types.every(type => known.has(type.key)),
    }
  })
}

/** Makes the types that are missing in the caller's brand; the sample follows in the background. May be repeated. */
export async function loadTemplate(ctx: Ctx, { template, withSample }: { template: TemplateKey; withSample: boolean }) {
  const brandId = brandOf(ctx)
  const known = new Set((await typesOf(ctx)).map(type => type.key))
  const { types, sample } = templates[template]
  for (const { key, shape } of types) if (!known.has(key)) await createType(ctx, { key, ...shape })
  if (withSample) await enqueue(ctx, loadSampleTask, { template, brandId })
  const keys = new Set(types.map(type => type.key))
  return {
    types: (await listTypes(ctx)).filter(type => keys.has(type.key)),
    sampleCount: withSample ? sample(ctx.now).reduce((sum, part) => sum + part.subjects.length, 0) : 0,
  }
}

/** Puts a pack's sample through the same door as everybody's data; a repeat finds the subjects by their unique values. */
export const loadSampleTask = task(
  'subjects.loadSample',
  z.object({ template: SubjectTemplate.shape.key, brandId: z.int() }),
  async (_ctx, { template, brandId }) => {
    const ctx = systemCtx({ brandId, name: 'subjects.sample' })
    for (const { typeKey, subjects } of templates[template].sample(now())) {
      const type = await typeOfKey(ctx, typeKey)
      for (const some of inParts(subjects, SUBJECTS_AT_ONCE)) {
        const answers = await transaction(() => putOf(ctx, type, some))
        const refused = answers.find(answer => answer.refusal)
        if (refused) log.warn({ template, refusal: refused.refusal }, 'a sample subject was refused')
      }
    }
  },
  { lane: 'bulk' },
)
