/** White or ink, whichever reads better on `#rrggbb` (WCAG relative luminance). */
export function inkOn(ground: string): string {
  const channel = (at: number) => {
    const value = Number.parseInt(ground.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
  const onWhite = 1.05 / (luminance + 0.05)
  const onInk = (luminance + 0.05) / (0.0166 + 0.05) // #1d2521
  return onWhite >= onInk ? '#ffffff' : '#1d2521'
}
