import { consent } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { give, mine, ofPerson, record, withdraw } from './consents.ts'
import { createText, listTexts } from './texts.ts'

export const routes = serve(consent, {
  'consent.mine': mine,
  'consent.give': give,
  'consent.withdraw': withdraw,
  'consent.of': ofPerson,
  'consent.record': record,
  'consent.texts': listTexts,
  'consentTexts.create': createText,
})
