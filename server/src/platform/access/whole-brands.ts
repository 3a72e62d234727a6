import { type Endpoint, endpoints } from '@banyan/shared'
import { type Ctx, isAllowed, storeScope } from '../../core/index.ts'

/**
 * What concerns a whole brand, or everybody's data, whatever a role says: an operator of single stores may not call it. One list, so that
 * nobody looks for the answer in every action. Operators, roles and keys are not in it: of those he sees his own.
 */
const OF_WHOLE_BRANDS =
  /^(settings|connections|limits|audit|deadLetters|imports|blockedValues|pointRules)\.|^(brands|stores)\.create$|^brands\.update$|^roles\.(create|update|remove)$|^identity\.resolve$|^identityTypes\.(create|update)$|^consentTexts\.|^contacts\.(reconcile|syncs|scale|setScale)$|^staff\.(sync|syncs)$|^trackPlan\.update$|^tracks\.(quarantine\w*|acceptQuarantined|replays?)$|^clientKeys\.|^tags\.(create|update|remove|refresh)$|^subjectTypes\.(create|update|remove|load)$|^memberAuth\.phoneMeter$|^points\.check$|^tiers\.(create|update|remove)$|^couponBatches\.(create|update|publish|close|remove)$|^messageTemplates\.(create|update|remove)$|^notices\.update$|^reachSettings\.update$|^subscriptions\.credits$/

export function isOfWholeBrands(name: string): boolean {
  return OF_WHOLE_BRANDS.test(name)
}

const all = Object.entries(endpoints as Record<string, Endpoint>)
  .filter(([, endpoint]) => endpoint.access.includes('operator'))
  .map(([name]) => name)

/** What an operator may call in fact, for the faces: without what his stores forbid. */
export function allowedIn(ctx: Pick<Ctx, 'actor' | 'storeIds'>, permissions: string[]): string[] {
  if (storeScope(ctx) === null) return permissions
  return all.filter(name => isAllowed(permissions, name) && !isOfWholeBrands(name))
}
