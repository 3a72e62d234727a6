import { number, share } from '../format.ts'
import { t } from '../i18n.ts'
import type { Counts } from './words.tsx'

/**
 * Bars from zero, each with its share of the scans. Of the joins only those with a scan in the period are a share of it, the others are said
 * apart; what one person can do several times (claims) is told per scan once it is more than one each.
 */
export function Funnel({ counts }: { counts: Counts & { joinsWithoutScan: number } }) {
  const { scans, joins, joinsWithoutScan } = counts
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
              {index > 0 && <span className="by-soft"> · {ofScans(index === 2 ? joins - joinsWithoutScan : value, scans)}</span>}
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
      {joinsWithoutScan > 0 && (
        <div className="by-small by-soft">
          {t(
            `入会中至少 ${number(joinsWithoutScan)} 人在这段时间没有扫码（更早扫过，或从链接进入），不计入占比。`,
            `At least ${number(joinsWithoutScan)} of the joins had no scan in this span (scanned before, or came by a link); the share leaves them out.`,
          )}
        </div>
      )}
    </div>
  )
}

function ofScans(value: number, scans: number): string {
  if (value <= scans) return `${t('占扫码', 'of scans')} ${share(value, scans)}`
  return scans === 0
    ? t('没有扫码', 'no scans')
    : t(`每次扫码 ${(value / scans).toFixed(1)}`, `${(value / scans).toFixed(1)} per scan`)
}
