import { View } from '@tarojs/components'

export type IconName =
  | 'back'
  | 'next'
  | 'check'
  | 'close'
  | 'scan'
  | 'wifi'
  | 'alert'
  | 'ticket'
  | 'search'
  | 'plus'
  | 'minus'
  | 'send'
  | 'down'
  | 'person'
  | 'chart'

// Drawn as masks, so one shape takes the colour of its text in light and dark. 24 px grid, 1.75 px strokes.
const SHAPES: Record<IconName, string> = {
  back: '<path d="M15 5l-7 7 7 7"/>',
  next: '<path d="M9 5l7 7-7 7"/>',
  down: '<path d="M5 9l7 7 7-7"/>',
  check: '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
  close: '<path d="M6 6l12 12M18 6L6 18"/>',
  scan: '<path d="M4 8V5.5A1.5 1.5 0 015.5 4H8M16 4h2.5A1.5 1.5 0 0120 5.5V8M20 16v2.500A1.500 1.500 0 0118.500 20H16M8 20H5.500A1.500 1.500 0 014 18.500V16M4 12h16"/>',
  wifi: '<path d="M4 4l16 16M5 11.500a10 10 0 013-2M19 11.500a10 10 0 00-6-2.800M8.500 15a5 5 0 016 0M12 19h0"/>',
  alert: '<path d="M12 4l9 16H3zM12 10v4.500M12 17.300v.2"/>',
  ticket: '<path d="M4 7h16v3.500a1.800 1.800 0 000 3V17H4v-3.500a1.800 1.800 0 000-3zM10 7v10"/>',
  search: '<circle cx="11" cy="11" r="6"/><path d="M15.500 15.500L20 20"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  minus: '<path d="M5 12h14"/>',
  person: '<circle cx="12" cy="8" r="3.500"/><path d="M5 20a7 7 0 0114 0"/>',
  chart: '<path d="M4 20h16M7 20v-6M12 20V6M17 20v-9"/>',
  send: '<path d="M4 12l16-7-5 15-3.500-6z"/>',
}

const images = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => [
    name,
    `url("data:image/svg+xml,${encodeURIComponent(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`,
    )}")`,
  ]),
) as Record<IconName, string>

/** Decoration only: what it means is said by words or by its button's label. */
export function Icon({ name, size = 20, className = '' }: { name: IconName; size?: number; className?: string }) {
  const image = images[name]
  return (
    <View
      className={`icon ${className}`}
      aria-hidden="true"
      style={{ width: `${size}px`, height: `${size}px`, WebkitMaskImage: image, maskImage: image }}
    />
  )
}
