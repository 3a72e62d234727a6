import { t } from '../i18n.ts'

export const presenceOps = () =>
  [
    ['isSet', t('有值', 'is known')],
    ['isNotSet', t('没有值', 'is not known')],
  ] as const
