import type { Input } from '../api/call.ts'
import type { Campaign, Template } from './words.tsx'

type Create = Required<Input<'campaigns.create'>>
export type CampaignFields = Create & { purpose: Template['purpose'] }

export const newFields = (segmentId: number | null): CampaignFields => ({
  name: '',
  purpose: 'service',
  templateId: undefined as unknown as number, // empty until chosen; the form refuses to save without it
  trigger: 'once',
  segmentId,
  content: { values: {}, page: '' },
  sendAt: null,
  whenQuiet: 'wait',
  waitHoursMax: 24,
  perThing: false,
})

export const fieldsOf = (campaign: Campaign): CampaignFields => ({
  name: campaign.name,
  purpose: campaign.purpose,
  templateId: campaign.templateId,
  trigger: campaign.trigger ?? 'once',
  segmentId: campaign.segmentId ?? null,
  content: campaign.content,
  sendAt: campaign.sendAt ?? null,
  whenQuiet: campaign.whenQuiet ?? 'wait',
  waitHoursMax: campaign.waitHoursMax ?? 24,
  perThing: campaign.perThing ?? false,
})

/** Values of fields that the chosen template does not have are left behind: they belong to another template. */
export function inputOf(
  { purpose: _purpose, content, sendAt, trigger, ...rest }: CampaignFields,
  template: Template | undefined,
): Create {
  const keys = template?.fields.map(field => field.key) ?? Object.keys(content.values)
  const values = Object.fromEntries(keys.map(key => [key, content.values[key] ?? '']))
  return {
    ...rest,
    trigger,
    sendAt: trigger === 'onEnter' ? null : (sendAt ?? null),
    content: { values, page: content.page ?? '' },
  }
}
