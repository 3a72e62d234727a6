import { createContext, useContext, useEffect, useState } from 'react'
import { type Locale, useLocale } from '../i18n.ts'
import { fontFamilyOf, type Mode, type Palette, paletteOf } from './tokens.ts'

/** What the person chose; `system` follows the machine. */
export type ModeChoice = Mode | 'system'

const STORE_KEY = 'banyan.mode'
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

export const ModeContext = createContext<{ mode: Mode; choice: ModeChoice; setChoice: (choice: ModeChoice) => void }>({
  mode: 'light',
  choice: 'light',
  setChoice: () => {},
})

export function useModeState() {
  const [choice, setChoiceState] = useState<ModeChoice>(() => (localStorage.getItem(STORE_KEY) as ModeChoice | null) ?? 'light')
  const [isSystemDark, setSystemDark] = useState(systemDark.matches)
  useEffect(() => {
    const follow = () => setSystemDark(systemDark.matches)
    systemDark.addEventListener('change', follow)
    return () => systemDark.removeEventListener('change', follow)
  }, [])
  const mode: Mode = choice === 'system' ? (isSystemDark ? 'dark' : 'light') : choice
  paint(mode, useLocale())
  return {
    mode,
    choice,
    setChoice: (next: ModeChoice) => {
      localStorage.setItem(STORE_KEY, next)
      setChoiceState(next)
    },
  }
}

export const useMode = () => useContext(ModeContext)
export const usePalette = (): Palette => paletteOf(useMode().mode)

let painted = ''

/** Writes the palette, and the one font of the page, as CSS variables, once per change. */
function paint(mode: Mode, locale: Locale) {
  const wanted = `${mode} ${locale}`
  if (painted === wanted) return
  painted = wanted
  const root = document.documentElement
  root.dataset.theme = mode
  root.style.colorScheme = mode
  root.style.setProperty('--by-font', fontFamilyOf(locale))
  for (const [name, value] of Object.entries(paletteOf(mode))) root.style.setProperty(`--by-${name}`, value)
}
