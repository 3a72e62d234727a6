/** What each person agreed to, by brand, purpose, channel and version of the text. Whoever sends asks `consentOf` at the moment of sending. */

export { carriers } from './carriers.ts'
export {
  consentHistoryOf,
  consentOf,
  type Given,
  type GivenAnswer,
  giveConsents,
  giveManyConsents,
  mayMarketTo,
  statesOf,
} from './consents.ts'
export { consentChanged } from './events.ts'
export { migrations } from './migrations.ts'
export { routes } from './routes.ts'
export type { Answer } from './rules.ts'
export { currentVersions } from './texts.ts'
