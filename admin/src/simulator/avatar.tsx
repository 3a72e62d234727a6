import { t } from '../i18n.ts'
import { hueOf } from './words.ts'

export function Avatar({ id, name, size = 40 }: { id: string; name: string; size?: number }) {
  return (
    <span className="sim-avatar" style={{ width: size, height: size, fontSize: size * 0.42, background: hueOf(id) }} aria-hidden>
      {[...name].at(-1) ?? t('客', '?')}
    </span>
  )
}
