import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { createCode } from '../livecodes/index.ts'
import { activeStaff, type StaffFacts } from '../staff/index.ts'
import { type CodePlan, codePlans } from './code-plan.ts'
import type { Organisation } from './make-brands.ts'
import { once, onceOutside } from './steps.ts'
import type { SampleBrand } from './world.ts'

const MADE_DAYS_AGO = 366

/** The codes, made on their platforms through the product's own action. */
export async function makeCodes(
  ctx: Ctx,
  organisation: Organisation,
  couponBatches: Record<SampleBrand, Record<string, number>>,
  corpId: string,
): Promise<void> {
  const staff = await activeStaff({ corpId }, ctx.now)
  for (const plan of codePlans) {
    await onceOutside(ctx, `code:${plan.key}`, async () => {
      const brandId = organisation.brandIds[plan.brand]
      const storeId = plan.storeCode ? (organisation.storeIds[plan.storeCode] ?? null) : null
      const newcomer = couponBatches[plan.brand][`${plan.brand}:newcomer`] ?? null
      const madeAt = addDays(ctx.now, -MADE_DAYS_AGO)
      const code = await createCode(systemCtx({ brandId, now: madeAt, name: '演示数据' }), {
        kind: plan.kind,
        name: plan.name,
        channel: plan.channel,
        storeId,
        ...receiversOf(
          plan,
          staff.filter(one => one.brandId === brandId),
          storeId,
        ),
        shifts: [],
        tagIds: [],
        wecomTagIds: [],
        remark: plan.kind === 'wecom' ? '{{ name }}' : '',
        welcome: {
          text: '{{ name }}，欢迎来到{{ brand }}{{ store }}！我是{{ staff }}，新人礼在下面，点开就能领。',
          imageId: null,
          card: { title: '领取新人礼', coverImageId: null, couponBatchId: newcomer, page: null },
        },
        isVerifySkipped: true,
        isExclusive: false,
        validFrom: null,
        validTo: plan.endedDaysAgo === undefined ? null : addDays(ctx.now, -plan.endedDaysAgo),
        costFen: plan.costFen,
      })
      await once(ctx, `codeId:${plan.key}`, async () => code.id)
      await once(ctx, `codeScene:${plan.key}`, async () => code.scene)
    })
  }
}

/** Three of the store (or of the brand), with a manager to stand in for them. */
function receiversOf(plan: CodePlan, ofBrand: readonly StaffFacts[], storeId: number | null) {
  if (plan.kind !== 'wecom') return { staffIds: [], backupStaffIds: [] }
  if (plan.userIds)
    return { staffIds: ofBrand.filter(one => plan.userIds?.includes(one.userId)).map(one => one.id), backupStaffIds: [] }
  const ofStore = ofBrand.filter(one => one.storeId === storeId)
  const first = (ofStore.length > 0 ? ofStore : ofBrand).slice(0, 3).map(one => one.id)
  const managers = ofBrand.filter(one => one.role === 'manager' && !first.includes(one.id))
  return { staffIds: first, backupStaffIds: managers.slice(0, 1).map(one => one.id) }
}
