import { seedRoles } from './access/seed-roles.ts'
import { seedLimits } from './configuration/limits.ts'

/** Built-in roles and what the platforms allow. */
export async function seed(): Promise<void> {
  await seedRoles()
  await seedLimits()
}
