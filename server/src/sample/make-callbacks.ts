import { startReconcile } from '../contacts/index.ts'
import { addDays, type Ctx, dayIn, startOfDay } from '../core/index.ts'
import type { Accounts } from './make-people.ts'
import { atMoment, type PretendWorld, workOff } from './play.ts'
import { LOST, type SamplePerson } from './population.ts'
import { doneStep, onceOutside } from './steps.ts'

const COUNTER = 'counter:LY-SHJL'
const EVENTS = ['wecom.contactAdded', 'contact.added']

/** What happens to callbacks: thirty within one second, five that never come, and the night that finds them. */
export async function makeCallbacks(ctx: Ctx, people: readonly SamplePerson[], { corpId, world }: Accounts): Promise<void> {
  if (!world) return
  // A contact way is known by its state, as if its picture were read.
  const code = { kind: 'text', text: (await doneStep<string>(`codeScene:${COUNTER}`))?.detail ?? '' }
  await onceOutside(ctx, 'callbacks:together', () => sameSecond(world, people, code))
  await onceOutside(ctx, 'callbacks:lost', () => lost(world, people, code))
  await onceOutside(ctx, 'callbacks:reconcile', () => reconcile(ctx, world, corpId))
}

type Code = { kind: string; text: string }

/** A tour guide's group at the counter: thirty callbacks with one CreateTime, thirty friends and thirty welcomes. */
async function sameSecond(world: PretendWorld, people: readonly SamplePerson[], code: Code): Promise<void> {
  const group = people.filter(person => person.comesLate === 'together')
  await atMoment(group[0]?.firstSeenAt ?? new Date(), async () => {
    await world.act('scanTogether', { simUsers: group.map(idIn), code })
    await workOff(world, { events: EVENTS })
  })
}

/** The pretend platform drops these callbacks: it knows five friends of whom we hear nothing. */
async function lost(world: PretendWorld, people: readonly SamplePerson[], code: Code): Promise<void> {
  const unlucky = people.filter(person => person.comesLate === 'lost')
  await atMoment(unlucky[0]?.firstSeenAt ?? new Date(), async () => {
    await world.act('faults.add', { kind: 'drop', target: 'wecom add_external_contact', remaining: LOST })
    for (const person of unlucky) await world.act('scan', { simUser: idIn(person), code })
    await world.idle()
  })
}

/** Last night at three everybody's list is read, as every night. */
async function reconcile(ctx: Ctx, world: PretendWorld, corpId: string): Promise<void> {
  const today = startOfDay(dayIn(ctx.now)).getTime() + 3 * 3_600_000
  const at = today < ctx.now.getTime() ? new Date(today) : addDays(new Date(today), -1)
  await atMoment(at, async () => {
    await startReconcile({ ...ctx, now: at }, { corpId })
    await workOff(world, { events: EVENTS, tasks: ['contacts.reconcile'] })
  })
}

const idIn = (person: SamplePerson) => `sample-${person.index}`
