import { App } from 'antd'
import { textOfCode } from '../api/errors.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'

type Outcome = { items: { id: number; error: string | null }[]; doneCount: number }

/** Says what became of each of many: how many are done, and the others with their reasons. */
export function useSayOutcome() {
  const { message, modal } = App.useApp()
  return (outcome: Outcome, done: (count: string) => string) => {
    const reasons = reasonsOf(outcome)
    if (reasons.length === 0) return void message.success(done(number(outcome.doneCount)))
    const left = outcome.items.length - outcome.doneCount
    modal.warning({
      title: outcome.doneCount > 0 ? done(number(outcome.doneCount)) : t('没有一项办成', 'None was done'),
      okText: t('知道了', 'I see'),
      content: (
        <div className="by-stack-s">
          <span>{t(`另外 ${number(left)} 项没有办成：`, `Not done: ${number(left)}`)}</span>
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {reasons.map(([error, count]) => (
              <li key={error}>
                {textOfCode(error)} <b className="by-num">{number(count)}</b>
              </li>
            ))}
          </ul>
        </div>
      ),
    })
  }
}

/** Each reason with how often, the commonest first. */
export function reasonsOf({ items }: Pick<Outcome, 'items'>): [string, number][] {
  const counts = new Map<string, number>()
  for (const { error } of items) if (error) counts.set(error, (counts.get(error) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}
