import './rule.css'
import { useMemo, useState } from 'react'
import { BuilderContext, type Dragged, PathContext } from './builder-context.ts'
import { RuleGroup } from './rule-group.tsx'
import { moveTo } from './rule-tree.ts'
import type { Catalogue, ClientGroup } from './types.ts'

const NO_PROBLEMS: ReadonlyMap<string, string> = new Map()

/** A sentence one edits: conditions and groups, moved by dragging; what is wrong stands at the condition it is about. */
export function RuleBuilder({
  rule,
  onChange,
  catalogue,
  problems = NO_PROBLEMS,
}: {
  rule: ClientGroup
  onChange: (rule: ClientGroup) => void
  catalogue: Catalogue
  /** What the server said, by the path of the condition. */
  problems?: ReadonlyMap<string, string>
}) {
  const [dragged, drag] = useState<Dragged | null>(null)
  const builder = useMemo(
    () => ({
      dragged,
      drag,
      problems,
      move: (from: string, to: { group: string; index: number }) => {
        drag(null)
        onChange(moveTo(rule, from, to))
      },
    }),
    [dragged, problems, rule, onChange],
  )
  return (
    <BuilderContext.Provider value={builder}>
      <PathContext.Provider value="rule">
        <div className="by-rule-builder">
          <RuleGroup rule={rule} onChange={onChange} catalogue={catalogue} />
        </div>
      </PathContext.Provider>
    </BuilderContext.Provider>
  )
}
