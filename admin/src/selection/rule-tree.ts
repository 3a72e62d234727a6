import { type ClientGroup, type ClientRule, isGroup } from './types.ts'

/** Where something stands in a rule, as the server names it: `rule.rules.0.rule.rules.2`. `rule` is the root. */
export type Path = string
/** A place in a group: before what stands at `index` now. */
export type Place = { group: Path; index: number }

/** What stands at a path, or null when nothing does. */
export function nodeAt(root: ClientRule, path: Path): ClientRule | null {
  let node: ClientRule | null = root
  for (const step of stepsOf(path)) node = node && childOf(node, step)
  return node
}

/** The rule with something else at a path; null takes it out of its group. */
export function replaceAt(root: ClientGroup, path: Path, next: ClientRule | null): ClientGroup {
  return (write(root, stepsOf(path), next) ?? { ...root, rules: [] }) as ClientGroup
}

/** The rule with a part moved; as it was when the place is inside the part itself, or not a group. */
export function moveTo(root: ClientGroup, from: Path, { group, index }: Place): ClientGroup {
  const moved = nodeAt(root, from)
  const target = nodeAt(root, group)
  if (!moved || !target || !isGroup(target) || from === 'rule' || isInside(group, from)) return root
  // The place is marked first, so that taking the part out cannot shift it.
  const marked = { ...target, rules: [...target.rules.slice(0, index), MARK, ...target.rules.slice(index)] }
  const taken = replaceAt(replaceAt(root, group, marked), shiftedBy(from, group, index), null)
  return swapMark(taken, moved) as ClientGroup
}

/** The deepest path of the tree that a name of the server lies in: `rule.rules.0.filters.1` is of `rule.rules.0`. */
export function ownerOf(root: ClientRule, named: Path): Path {
  const steps = stepsOf(named)
  let [node, path]: [ClientRule, Path] = [root, 'rule']
  for (const step of steps) {
    const next = childOf(node, step)
    if (!next) break
    node = next
    path = step === 'rule' ? `${path}.rule` : `${path}.rules.${step}`
  }
  return path
}

/** The rule as the builder edits it: the root and what is asked of related subjects are groups. */
export function groupedRule(rule: ClientRule | null): ClientGroup {
  if (rule === null) return { kind: 'all', rules: [] }
  const whole = withGroups(rule)
  return isGroup(whole) ? whole : { kind: 'all', rules: [whole] }
}

function withGroups(rule: ClientRule): ClientRule {
  if (isGroup(rule)) return { ...rule, rules: rule.rules.map(withGroups) }
  return rule.kind === 'related' ? { ...rule, rule: groupedRule(rule.rule) } : rule
}

/** How deep a group at this path makes the tree; the root is 1. */
export const depthAt = (path: Path): number => 1 + stepsOf(path).length
export const parentOf = (path: Path): Path => path.replace(/\.rules\.\d+$/, '')
export const indexOf = (path: Path): number => Number(path.split('.').at(-1))
const isInside = (path: Path, of: Path): boolean => path === of || path.startsWith(`${of}.`)

/** Not a rule that anybody could write; stands for one while a tree is changed. */
const MARK: ClientRule = { kind: 'all', rules: [] }

/** `rule.rules.0.rule.rules.2` → 0, 'rule', 2; ends where the names are no longer those of the tree. */
function stepsOf(path: Path): (number | 'rule')[] {
  const names = path.split('.').slice(1)
  const steps: (number | 'rule')[] = []
  while (names.length > 0) {
    const name = names.shift()
    if (name === 'rule') steps.push('rule')
    else if (name === 'rules' && /^\d+$/.test(names[0] ?? '')) steps.push(Number(names.shift()))
    else break
  }
  return steps
}

function childOf(node: ClientRule, step: number | 'rule'): ClientRule | null {
  if (step === 'rule') return node.kind === 'related' ? node.rule : null
  return isGroup(node) ? (node.rules[step] ?? null) : null
}

function write(node: ClientRule, [step, ...rest]: (number | 'rule')[], next: ClientRule | null): ClientRule | null {
  if (step === undefined) return next
  if (step === 'rule') {
    if (node.kind !== 'related') return node
    return { ...node, rule: write(node.rule, rest, next) ?? { kind: 'all', rules: [] } }
  }
  if (!isGroup(node)) return node
  return {
    ...node,
    rules: node.rules.flatMap((one, at) => {
      if (at !== step) return [one]
      const written = write(one, rest, next)
      return written ? [written] : []
    }),
  }
}

/** Where `path` is after something was put into `group` at `index`. */
function shiftedBy(path: Path, group: Path, index: number): Path {
  const prefix = `${group}.rules.`
  if (!path.startsWith(prefix)) return path
  const [at = '', ...rest] = path.slice(prefix.length).split('.')
  return [`${prefix}${Number(at) >= index ? Number(at) + 1 : at}`, ...rest].join('.')
}

function swapMark(node: ClientRule, by: ClientRule): ClientRule {
  if (node === MARK) return by
  if (isGroup(node)) return { ...node, rules: node.rules.map(one => swapMark(one, by)) }
  return node.kind === 'related' ? { ...node, rule: swapMark(node.rule, by) } : node
}
