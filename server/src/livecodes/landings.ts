import { createHash } from 'node:crypto'
import type { Landing } from '@banyan/shared'
import { type Ctx, insertIgnore, rows, sql, transaction } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'
import { putFacts } from '../selection/index.ts'

type LandingRow = {
  person_id: number
  brand_id: number
  at: Date
  utm_source: string | null
  utm_medium: string | null
  utm_campaign: string | null
  ad_platform: string | null
  click_id: string | null
}

/** A reload is no second arrival. */
const VISIT_MS = 3_600_000
const PEOPLE_AT_ONCE = 500

/** By what link or ad a person came; the same within an hour counts once. */
export async function noteLanding(
  ctx: Ctx,
  { personId, brandId, landing, at }: { personId: number; brandId: number; landing: Landing; at: Date },
): Promise<void> {
  const said = createHash('sha256').update(JSON.stringify(landing)).digest('base64url').slice(0, 22)
  await transaction(async () => {
    const isNew = await insertIgnore('person_landings', {
      key: `${personId}:${brandId}:${Math.floor(at.getTime() / VISIT_MS)}:${said}`,
      personId,
      brandId,
      at,
      utmSource: landing.utmSource ?? null,
      utmMedium: landing.utmMedium ?? null,
      utmCampaign: landing.utmCampaign ?? null,
      utmContent: landing.utmContent ?? null,
      utmTerm: landing.utmTerm ?? null,
      adPlatform: landing.adPlatform ?? null,
      clickId: landing.clickId ?? null,
    })
    if (isNew > 0) await mirrorLandings(ctx, [personId])
  })
}

/**
 * What rules read: the first link that brought a person to a brand, the latest one, and the latest click on an ad. Merged people have the landings of both;
 * whose landings went to somebody else in an un-merge has none.
 */
export async function mirrorLandings(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const unique = [...new Set(personIds)]
  for (let from = 0; from < unique.length; from += PEOPLE_AT_ONCE) {
    const some = unique.slice(from, from + PEOPLE_AT_ONCE)
    const found = await rows<LandingRow>(
      sql`SELECT person_id, brand_id, at, utm_source, utm_medium, utm_campaign, ad_platform, click_id FROM person_landings WHERE person_id IN ${some} ORDER BY at, id`,
    )
    for (const [brandId, landings] of groupBy(found, row => Number(row.brand_id))) {
      const byPerson = groupBy(landings, row => Number(row.person_id))
      await putFacts(
        ctx,
        brandId,
        some.map(personId => ({ personId, facts: factsOf(byPerson.get(personId) ?? []) })),
      )
    }
  }
}

function factsOf(list: readonly LandingRow[]) {
  const links = list.filter(one => one.utm_source !== null || one.utm_campaign !== null)
  const [first, last] = [links[0], links.at(-1)]
  const click = list.filter(one => one.click_id !== null).at(-1)
  return {
    firstUtmSource: first?.utm_source ?? null,
    firstUtmCampaign: first?.utm_campaign ?? null,
    lastUtmSource: last?.utm_source ?? null,
    lastUtmMedium: last?.utm_medium ?? null,
    lastUtmCampaign: last?.utm_campaign ?? null,
    lastAdPlatform: click?.ad_platform ?? null,
    lastClickId: click?.click_id ?? null,
    lastClickAt: click?.at ?? null,
  }
}
