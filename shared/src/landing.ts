import { z } from 'zod'

/** How somebody was brought here, as links and ads say it: kept as his first and his latest touch. */
export const Landing = z.object({
  utmSource: z.string().optional(),
  utmMedium: z.string().optional(),
  utmCampaign: z.string().optional(),
  utmContent: z.string().optional(),
  utmTerm: z.string().optional(),
  /** Whose ad was clicked, and the platform's id of the click. */
  adPlatform: z.string().optional(),
  clickId: z.string().optional(),
})
export type Landing = z.output<typeof Landing>

const UTM = {
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_content: 'utmContent',
  utm_term: 'utmTerm',
} as const

/** The parameter in which each ad platform hands over its click id (their documents on conversion upload). The first that is there counts. */
export const CLICK_PARAMETERS = {
  gdt_vid: 'tencent',
  qz_gdt: 'tencent',
  clickid: 'oceanengine',
  bd_vid: 'baidu',
  ksvid: 'kuaishou',
  click_id: 'xiaohongshu',
  track_id: 'bilibili',
  gclid: 'google',
  fbclid: 'meta',
  ttclid: 'tiktok',
} as const

const TEXT_MAX = 100
const CLICK_MAX = 300

/** What the parameters of a link say of where somebody came from; null when they say nothing. Everything else in them is left alone. Pure. */
export function landingOf(query: Readonly<Record<string, string>>): Landing | null {
  const landing: Landing = {}
  for (const [parameter, key] of Object.entries(UTM)) {
    const text = (query[parameter] ?? '').trim().slice(0, TEXT_MAX)
    if (text !== '') landing[key] = text
  }
  const click = Object.entries(CLICK_PARAMETERS).find(([parameter]) => (query[parameter] ?? '').trim() !== '')
  if (click) {
    landing.adPlatform = click[1]
    landing.clickId = (query[click[0]] ?? '').trim().slice(0, CLICK_MAX)
  }
  return Object.keys(landing).length > 0 ? landing : null
}
