import type { MirrorDirection } from '@banyan/shared'

/** One relation and one mirrored tag: what is so on both sides, and what both sides were when they last agreed. */
export type MarkFacts = {
  direction: MirrorDirection
  /** The tag excludes others (of its heading, or other values of itself): bearing two in WeCom must not make them take turns here. */
  isSingle: boolean
  /** The person has our tag. */
  isHeld: boolean
  /** And has it because staff marked him in WeCom. */
  isFromWecom: boolean
  /** This relation bears the corp tag. */
  isBorne: boolean
  /** Another present relation of his bears it. */
  isBorneElsewhere: boolean
  /** They are no longer connected. */
  isEnded: boolean
  link: { isOurs: boolean; isTheirs: boolean; failed: 'add' | 'remove' | null } | null
}

export type Decision = {
  /** What becomes of our tag. */
  inward: 'on' | 'off' | null
  /** What becomes of the mark in WeCom. */
  mark: 'add' | 'remove' | null
  /** What both sides are once that is done. */
  isOurs: boolean
  isTheirs: boolean
  /** The same was tried and refused: nothing is done until it is told to try again. */
  isStuck: boolean
}

/**
 * Who follows whom. A change is what differs from the last agreement; both sides cannot have changed to different things, since each is only on or off.
 * - `out`: our tag wins. A mark that staff took off comes back; one that they put on by themselves is left alone, since it was never ours.
 * - `in`: WeCom wins. A tag that was put on here without WeCom is left alone for the same reason.
 * - `both`: whichever side changed. What only differed before the first comparison is put on, on both sides: nothing is lost.
 * A person has the tag while any of his relations bears it. A tag that came from WeCom stays on the relation that bears it and is not spread to
 * his other staff: else the one who put it on could never take it off again.
 */
export function decide(facts: MarkFacts): Decision {
  const { direction, isHeld, isFromWecom, isBorne, link } = facts
  const was = link ?? { isOurs: false, isTheirs: false, failed: null }
  if (facts.isEnded)
    return { inward: isGoneWithRelation(facts) ? 'off' : null, mark: null, isOurs: false, isTheirs: false, isStuck: false }
  const inward = inwardOf(facts, was)
  const isHeldNow = inward === 'on' || (isHeld && inward !== 'off')
  const isWanted = isHeldNow && (isBorne || (isHeld && !isFromWecom))
  const mark = direction === 'in' ? null : markOf(facts, was, { isHeldNow, isWanted })
  if (mark !== null && mark === was.failed) return { inward, mark: null, isOurs: was.isOurs, isTheirs: isBorne, isStuck: true }
  if (mark !== null) return { inward, mark, isOurs: mark === 'add', isTheirs: mark === 'add', isStuck: false }
  return { inward, mark: null, isOurs: direction === 'in' ? isHeldNow : isWanted, isTheirs: isBorne, isStuck: false }
}

type Was = { isOurs: boolean; isTheirs: boolean }

function inwardOf({ direction, isSingle, isHeld, isBorne, isBorneElsewhere }: MarkFacts, was: Was): 'on' | 'off' | null {
  if (direction === 'out') return null
  const isTurnedOn = isBorne && !was.isTheirs
  if (!isHeld) return isTurnedOn || (isBorne && direction === 'in' && !isSingle) ? 'on' : null
  return !isBorne && was.isTheirs && !isBorneElsewhere ? 'off' : null
}

function markOf(
  { direction, isBorne }: MarkFacts,
  was: Was,
  { isHeldNow, isWanted }: { isHeldNow: boolean; isWanted: boolean },
): 'add' | 'remove' | null {
  if (isWanted && !isBorne) return direction === 'out' || !was.isOurs ? 'add' : null
  return !isHeldNow && isBorne && was.isOurs ? 'remove' : null
}

/** What staff noted goes with the last relation that bore it; what we decided ourselves stays. */
function isGoneWithRelation({ direction, isHeld, isFromWecom, isBorneElsewhere, link }: MarkFacts): boolean {
  return direction !== 'out' && isHeld && isFromWecom && (link?.isTheirs ?? false) && !isBorneElsewhere
}
