import { theme as antdTheme, type ThemeConfig } from 'antd'
import type { Locale } from '../i18n.ts'

/** The palette of the house. Every colour used anywhere comes from here, as a token or as `var(--by-…)`. */
const light = {
  green: '#1F7A4D',
  'green-deep': '#17633E',
  'green-tint': '#E8F3EC',
  'green-line': '#B9DAC7',
  ink: '#1D2521',
  soft: '#66736C',
  faint: '#69756E', // the faintest that is still read: 4.5 to 1 on the ground
  line: '#E4E8E5',
  ground: '#F6F8F6',
  panel: '#FFFFFF',
  raised: '#FFFFFF',
  hover: '#F3F6F4',
  amber: '#C77700',
  'amber-text': '#9A5B00',
  'amber-tint': '#FDF3E3',
  red: '#C8372D',
  'red-tint': '#FCECEA',
  blue: '#3F6FB5',
  'blue-text': '#37619E',
  'blue-tint': '#EAF0F8',
  violet: '#7A5BA6',
  teal: '#4F9DA6',
}

const dark: typeof light = {
  green: '#3FA673',
  'green-deep': '#55B886',
  'green-tint': '#1A3326',
  'green-line': '#2C5A43',
  ink: '#E6ECE8',
  soft: '#9AA8A0',
  faint: '#7D8A83',
  line: '#2B332E',
  ground: '#111513',
  panel: '#181D1A',
  raised: '#1F2522',
  hover: '#212824',
  amber: '#E09A35',
  'amber-text': '#E9B25F',
  'amber-tint': '#33270F',
  red: '#E2665C',
  'red-tint': '#3A1D1A',
  blue: '#6E97D3',
  'blue-text': '#86A9DD',
  'blue-tint': '#1B2738',
  violet: '#A78BCB',
  teal: '#6FB8C0',
}

export type Mode = 'light' | 'dark'
export type Palette = typeof light

export const paletteOf = (mode: Mode): Palette => (mode === 'dark' ? dark : light)

/** Chart series in their settled order: green first. */
export const seriesOf = ({ green, blue, amber, violet, teal }: Palette) => [green, blue, amber, violet, teal]

const han = '"PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"'
/** Quotation marks and apostrophes of a Chinese font are as wide as its characters: English begins with a Latin one. */
export const fontFamilyOf = (locale: Locale) =>
  locale === 'zh'
    ? `-apple-system, BlinkMacSystemFont, ${han}, "Segoe UI", sans-serif`
    : `-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, ${han}, sans-serif`

export function antdThemeOf(mode: Mode, locale: Locale): ThemeConfig {
  const p = paletteOf(mode)
  return {
    algorithm: mode === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      colorPrimary: p.green,
      colorPrimaryHover: p['green-deep'],
      colorInfo: p.blue,
      colorSuccess: p.green,
      colorWarning: p.amber,
      colorError: p.red,
      colorLink: p.green,
      colorLinkHover: p['green-deep'],
      colorText: p.ink,
      colorTextSecondary: p.soft,
      colorTextTertiary: p.soft,
      colorTextDescription: p.soft,
      colorTextPlaceholder: p.faint,
      colorBorder: mode === 'dark' ? '#3A443E' : '#D3DAD5',
      colorBorderSecondary: p.line,
      colorSplit: p.line,
      colorBgLayout: p.ground,
      colorBgContainer: p.panel,
      colorBgElevated: p.raised,
      colorFillAlter: mode === 'dark' ? '#1C221F' : '#FAFBFA',
      borderRadius: 6,
      borderRadiusLG: 8,
      fontSize: 14,
      fontFamily: fontFamilyOf(locale),
      controlHeight: 32,
      wireframe: false,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.18s',
      boxShadowTertiary: 'none',
    },
    components: {
      Layout: { siderBg: p.panel, headerBg: p.panel, bodyBg: p.ground, headerHeight: 52, headerPadding: '0 16px' },
      Menu: {
        itemSelectedBg: p['green-tint'],
        itemSelectedColor: mode === 'dark' ? p['green-deep'] : p['green-deep'],
        itemHeight: 36,
        itemBorderRadius: 6,
        itemMarginInline: 8,
        subMenuItemBg: 'transparent',
        activeBarBorderWidth: 0,
        groupTitleFontSize: 12,
      },
      Table: {
        headerBg: mode === 'dark' ? '#1C221F' : '#FAFBFA',
        headerColor: p.soft,
        headerSplitColor: 'transparent',
        cellPaddingBlock: 10,
        cellPaddingInline: 12,
        cellPaddingBlockMD: 10,
        cellPaddingInlineMD: 10,
        rowHoverBg: p.hover,
        bodySortBg: 'transparent',
        headerSortActiveBg: mode === 'dark' ? '#1C221F' : '#FAFBFA',
        headerSortHoverBg: p.hover,
        rowSelectedBg: p['green-tint'],
        rowSelectedHoverBg: p['green-tint'],
      },
      Card: { headerFontSize: 14, headerHeight: 44, bodyPadding: 16, headerPadding: 16 },
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        // The lighter greens and reds of the dark carry dark letters: white ones would be 3 to 1.
        ...(mode === 'dark' ? { primaryColor: p.ground, dangerColor: p.ground } : {}),
      },
      Tabs: { horizontalItemGutter: 24 },
      Statistic: { contentFontSize: 24 },
      Form: { verticalLabelPadding: '0 0 4px', itemMarginBottom: 20 },
      Tag: { defaultBg: p.hover },
      Alert: { withDescriptionPadding: '10px 14px', withDescriptionIconSize: 16, fontSizeLG: 14 },
      Progress: { defaultColor: p.green, remainingColor: p.line },
    },
  }
}
