import { t } from '../i18n.ts'

/** A carrier that has no word of its own is called by what it carries. */
export const carrierName = ({ zh }: { zh: string }) =>
  ({ 'platform.sessions': t('登录会话', 'Sessions'), selection: t('圈选属性', 'Rule facts') })[zh] ?? zh
