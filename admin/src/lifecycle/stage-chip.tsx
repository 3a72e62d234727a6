import type { Output } from '../api/call.ts'
import { useNames } from '../app/me.ts'
import { exactTime } from '../format.ts'
import { t } from '../i18n.ts'
import './lifecycle.css'

type Standing = Output<'profiles.get'>['stages'][number]

/** The stages that somebody is in: one in each brand that has stages. */
export function StageChips({ stages }: { stages: readonly Standing[] }) {
  const { brandName } = useNames()
  return stages.map(stage => (
    <span
      key={stage.brandId}
      className="by-stage-chip"
      title={t(
        `${brandName(stage.brandId)} · 自 ${exactTime(stage.since)}`,
        `${brandName(stage.brandId)} · since ${exactTime(stage.since)}`,
      )}
    >
      <StageDot color={stage.color} />
      {stage.name}
    </span>
  ))
}

export function StageDot({ color }: { color: string }) {
  return <i className="by-stage-dot" style={{ background: color }} />
}
