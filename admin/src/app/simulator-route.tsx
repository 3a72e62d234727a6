import { Skeleton } from 'antd'
import { type ComponentType, lazy, Suspense } from 'react'

/** The simulator's page is part of this build, not of the admin: it needs no sign-in and has a layout of its own. */
const Simulator = lazy(async () => {
  const [load] = Object.values(import.meta.glob<Record<string, unknown>>('../simulator/page.tsx'))
  const [component] = Object.values((await load?.()) ?? {}).filter(one => typeof one === 'function')
  return { default: (component ?? (() => null)) as ComponentType }
})

export function SimulatorRoute() {
  return (
    <Suspense fallback={<Skeleton active style={{ padding: 24 }} />}>
      <Simulator />
    </Suspense>
  )
}
