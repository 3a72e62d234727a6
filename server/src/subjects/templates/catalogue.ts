import { car } from './car.ts'
import { dealer } from './dealer.ts'
import { lead } from './lead.ts'
import { property } from './property.ts'
import type { Template, TemplateKey } from './template.ts'

/** The catalogue of packs: leaving one out is a type error. */
export const templates: { [K in TemplateKey]: Template } = { car, property, dealer, lead }
