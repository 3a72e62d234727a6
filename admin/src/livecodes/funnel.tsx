import { number, share } from '../format.ts'
import { t } from '../i18n.ts'
import type { Counts } from './words.tsx'

/** Bars from zero, each with what is left of the step before. */
export function Funnel({ counts }: { counts: Counts }) {
  const steps: [string, number][] = [
    [t('扫码', 'Scans'), counts.scans],
    [t('加好友', 'Adds'), counts.adds],
    [t('入会', 'Joins'), counts.joins],
    [t('领券', 'Claims'), counts.claims],
    [t('30 天首单', 'First orders'), counts.orders],
  ]
  const top = Math.max(1, ...steps.map(([, value]) => value))
  return (
    <div className="by-stack-s" style={{ gap: 12 }}>
      {steps.map(([label, value], index) => (
        <div key={label}>
          <div className="by-row by-between by-small">
            <span>{label}</span>
            <span className="by-num">
              <b>{number(value)}</b>
              {index > 0 && (
                <span className="by-soft">
                  {' '}
                  · {t('占扫码', 'of scans')} {share(value, steps[0]?.[1])}
                </span>
              )}
            </span>
          </div>
          <div style={{ height: 10, borderRadius: 3, background: 'var(--by-hover)', marginTop: 3 }}>
            <div
              style={{
                height: 10,
                borderRadius: 3,
                background: 'var(--by-green)',
                width: `${(value / top) * 100}%`,
                opacity: 1 - index * 0.12,
              }}
            />
          </div>
        </div>
      ))}
    </div>
  )
}
