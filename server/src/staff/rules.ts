import { phrase } from '../core/index.ts'

/** What decides whether live codes may give somebody another customer. */
export type StaffLoad = {
  status: 'active' | 'left'
  isOnDuty: boolean
  contactCount: number
  contactCap: number
  addedToday: number
  dailyAddCap: number
}

const why = {
  left: phrase('已离职', 'Has left'),
  off: phrase('休息中', 'Off duty'),
  full: phrase<{ cap: number }>('好友已达上限 {cap}', 'At the cap of {cap} contacts'),
  fullToday: phrase<{ cap: number }>('今日新增已达 {cap}', '{cap} added today, the cap'),
}

/** For people, to be read by `readIn`; null when he may be given new customers. Over a cap the platform refuses the customer, who is then lost. */
export function whyNotUsable(load: StaffLoad): string | null {
  if (load.status === 'left') return why.left()
  if (!load.isOnDuty) return why.off()
  if (load.contactCount >= load.contactCap) return why.full({ cap: load.contactCap })
  if (load.dailyAddCap > 0 && load.addedToday >= load.dailyAddCap) return why.fullToday({ cap: load.dailyAddCap })
  return null
}

/** Close enough to the cap to be told in time. */
export function isNearCap({ contactCount, contactCap }: Pick<StaffLoad, 'contactCount' | 'contactCap'>): boolean {
  return contactCount >= contactCap * 0.95
}
