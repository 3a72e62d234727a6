/** What decides whether live codes may give somebody another customer. */
export type StaffLoad = {
  status: 'active' | 'left'
  isOnDuty: boolean
  contactCount: number
  contactCap: number
  addedToday: number
  dailyAddCap: number
}

/** In Chinese, for people; null when he may be given new customers. Over a cap the platform refuses the customer, who is then lost. */
export function whyNotUsable(load: StaffLoad): string | null {
  if (load.status === 'left') return '已离职'
  if (!load.isOnDuty) return '休息中'
  if (load.contactCount >= load.contactCap) return `好友已达上限 ${load.contactCap}`
  if (load.dailyAddCap > 0 && load.addedToday >= load.dailyAddCap) return `今日新增已达 ${load.dailyAddCap}`
  return null
}

/** Close enough to the cap to be told in time. */
export function isNearCap({ contactCount, contactCap }: Pick<StaffLoad, 'contactCount' | 'contactCap'>): boolean {
  return contactCount >= contactCap * 0.95
}
