import type { MarkFailure, MirrorDirection } from '@banyan/shared'
import { t } from '../i18n.ts'

export const DIRECTIONS = ['both', 'out', 'in'] as const satisfies readonly MirrorDirection[]

export const directionName = (direction: MirrorDirection): string =>
  ({
    both: t('双向', 'Both ways'),
    out: t('只同步到企业微信', 'To WeCom only'),
    in: t('只从企业微信同步', 'From WeCom only'),
  })[direction]

export const directionArrow = (direction: MirrorDirection): string => ({ both: '⇄', out: '→', in: '←' })[direction]

export const directionHint = (direction: MirrorDirection): string =>
  ({
    both: t(
      '谁最后改，以谁为准。首次同步两边取并集，不会丢标签；店员在企业微信打上的，只留在那位店员的好友关系上。',
      'Whoever changed it last. The first comparison keeps what either side has; what staff put on in WeCom stays on their own relation.',
    ),
    out: t(
      '以这里为准：店员在企业微信取下的会补回；店员自己打上的不动，也不会进来。',
      'This side wins: what staff take off comes back. What they put on by themselves is left alone and does not come in.',
    ),
    in: t(
      '以企业微信为准：任一店员打上就有，全部取下才没有；在这里取下会补回。',
      'WeCom wins: on while any of his staff marks him. What is taken off here comes back.',
    ),
  })[direction]

export const failureName = (reason: MarkFailure): string =>
  ({
    noRelation: t('已不是好友', 'No longer connected'),
    tagGone: t('企业标签已被删除', 'The corp tag was deleted'),
    refused: t('企业微信拒绝', 'Refused by WeCom'),
    unavailable: t('多次没有应答', 'No answer after many tries'),
  })[reason]
