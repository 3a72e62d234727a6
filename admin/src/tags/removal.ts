import { many } from '@banyan/shared'
import { number } from '../format.ts'
import { t } from '../i18n.ts'

/** What is asked before a tag goes. */
export function removal(tag: { name: string; peopleCount: number }) {
  return {
    title: t(`删除标签「${tag.name}」？`, `Remove ${tag.name}?`),
    consequence: t(
      `会从 ${number(tag.peopleCount)} 位客户身上取下，不能恢复，谁打过、什么时候取下会留在历史里。用到它的人群会少掉这个条件所选的人。`,
      `It comes off ${many(tag.peopleCount, 'person', 'people')} and cannot be brought back; the history stays. Segments that ask for it lose whom it selected.`,
    ),
    verb: t('删除', 'Remove'),
    isDanger: true,
  }
}
