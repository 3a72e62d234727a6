import './chart.css'
import { BarChartOutlined, TableOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import type { EChartsCoreOption } from 'echarts/core'
import { useMemo, useState } from 'react'
import { compact, money, moneyCompact, number, percent } from '../../format.ts'
import { currentLocale, t } from '../../i18n.ts'
import { usePalette } from '../../theme/mode.ts'
import { fontFamilyOf, type Palette, seriesOf } from '../../theme/tokens.ts'
import { EmptyState } from '../states.tsx'
import { Canvas } from './canvas.tsx'

export type Unit = 'count' | 'fen' | 'ratio'
export type Series = {
  name: string
  values: (number | null)[]
  unit?: Unit
  kind?: 'line' | 'bar'
  isFaint?: boolean
  /** Its own colour, where the reader knows it by one. */
  color?: string
  /** A dashed line leads over what is not known. */
  isBridged?: boolean
}

/** One or two points make no line. */
const POINTS_OF_A_LINE = 3

type Props = {
  title: string
  /** Days, or names. */
  x: string[]
  series: Series[]
  kind: 'line' | 'bar' | 'rows'
  height?: number
  isStacked?: boolean
  onPick?: (x: string) => void
  xTitle?: string
}

export const shown = (value: number | null, unit: Unit = 'count') =>
  value == null ? '—' : unit === 'fen' ? money(value) : unit === 'ratio' ? percent(value) : number(value)
const shownShort = (value: number, unit: Unit = 'count') =>
  unit === 'fen' ? moneyCompact(value) : unit === 'ratio' ? percent(value) : compact(value)

/** A chart that can also be read as a table. Bars start at zero, time runs along x, lines carry their names at the end. */
export function Chart(props: Props) {
  return props.x.length === 0 ? <EmptyState title={t('这段时间没有数据', 'Nothing in this span')} /> : <Drawn {...props} />
}

function Drawn(props: Props) {
  const { title, x, series, kind, height = 260 } = props
  const palette = usePalette()
  const [isTable, setTable] = useState(false)
  const option = useMemo(() => optionOf(props, palette), [props, palette])
  return (
    <figure className="by-chart">
      <Tooltip title={isTable ? t('看图', 'Chart') : t('看表', 'Table')}>
        <Button
          size="small"
          type="text"
          className="by-chart-switch by-no-print"
          icon={isTable ? <BarChartOutlined /> : <TableOutlined />}
          onClick={() => setTable(!isTable)}
          aria-label={isTable ? t('看图', 'Show the chart') : t('看表', 'Show the table')}
        />
      </Tooltip>
      {isTable ? (
        <div className="by-chart-table" style={{ maxHeight: Math.max(height, 200) }}>
          <table>
            <caption className="by-faint">{title}</caption>
            <thead>
              <tr>
                <th>{props.xTitle ?? (kind === 'line' ? t('日期', 'Day') : t('名称', 'Name'))}</th>
                {series.map(one => (
                  <th key={one.name}>{one.name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {x.map((label, index) => (
                <tr key={label}>
                  <td>{label}</td>
                  {series.map(one => (
                    <td key={one.name}>{shown(one.values[index] ?? null, one.unit)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Canvas
          option={option}
          height={kind === 'rows' ? Math.max(120, x.length * 34 + 24) : height}
          label={title}
          onClick={props.onPick}
        />
      )}
    </figure>
  )
}

function optionOf({ x, series, kind, isStacked }: Props, p: Palette): EChartsCoreOption {
  const usual = seriesOf(p)
  const colors = series.map((one, at) => one.color ?? (usual[at % usual.length] as string))
  const fontFamily = fontFamilyOf(currentLocale())
  const isRows = kind === 'rows'
  const hasMoney = series.some(one => one.unit === 'fen')
  const hasCount = series.some(one => one.unit !== 'fen')
  const isTwoScaled = hasMoney && hasCount
  const isMany = series.length > 1
  const typeOf = (one: Series) => (isRows || x.length < POINTS_OF_A_LINE ? 'bar' : (one.kind ?? kind))
  const isNamedAtEnd = isMany && series.every(one => typeOf(one) === 'line') && haveRoom(series)
  const endWidth = isNamedAtEnd ? Math.max(...series.map(one => widthOf(one.name))) + 14 : 0
  const category = {
    type: 'category' as const,
    data: isRows ? [...x].reverse() : x,
    axisLine: { lineStyle: { color: p.line } },
    axisTick: { show: false },
    axisLabel: {
      color: p.soft,
      fontSize: 11,
      hideOverlap: true,
      formatter: (label: string) =>
        /^\d{4}-\d\d-\d\d$/.test(label) ? label.slice(5) : isRows && label.length > 12 ? `${label.slice(0, 11)}…` : label,
    },
  }
  const value = (unit: Unit, isShown = true) => ({
    type: 'value' as const,
    min: 0,
    minInterval: unit === 'count' ? 1 : undefined,
    splitNumber: 4,
    splitLine: { show: isShown && !isRows, lineStyle: { color: p.line } },
    axisLabel: { show: !isRows, color: p.soft, fontSize: 11, formatter: (v: number) => shownShort(v, unit) },
  })
  return {
    color: colors,
    textStyle: { fontFamily, color: p.ink },
    animationDuration: 300,
    grid: {
      left: 4,
      right: isRows ? 64 : isTwoScaled && !isNamedAtEnd ? 4 : 12 + endWidth,
      top: isMany && !isNamedAtEnd ? 34 : 16,
      bottom: 0,
      containLabel: true,
    },
    legend:
      isMany && !isNamedAtEnd
        ? {
            // One line that ends before the switch to the table; what has no room is paged.
            type: 'scroll',
            top: 0,
            left: 0,
            right: 32,
            icon: 'roundRect',
            itemWidth: 10,
            itemHeight: 4,
            itemGap: 16,
            textStyle: { color: p.soft, fontSize: 12 },
          }
        : undefined,
    tooltip: {
      trigger: 'axis',
      axisPointer: {
        type: kind === 'line' ? 'line' : 'shadow',
        lineStyle: { color: p.soft },
        shadowStyle: { color: p.hover, opacity: 0.6 },
      },
      backgroundColor: p.raised,
      borderColor: p.line,
      textStyle: { color: p.ink, fontSize: 12 },
      confine: true,
      formatter: (items: { axisValue: string; marker: string; seriesIndex: number; value: number | null }[]) =>
        [
          escapeHtml(items[0]?.axisValue ?? ''),
          ...items
            .filter(item => item.seriesIndex < series.length)
            .map(
              item =>
                `${item.marker}${escapeHtml(series[item.seriesIndex]?.name ?? '')} <b>${shown(item.value, series[item.seriesIndex]?.unit)}</b>`,
            ),
        ].join('<br/>'),
    },
    xAxis: isRows ? value(series[0]?.unit ?? 'count') : category,
    yAxis: isRows ? category : isTwoScaled ? [value('count'), value('fen', false)] : value(series[0]?.unit ?? 'count'),
    series: [
      ...series.map((one, index) => {
        const type = typeOf(one)
        return {
          name: one.name,
          type,
          data: isRows ? [...one.values].reverse() : one.values,
          yAxisIndex: !isRows && isTwoScaled && one.unit === 'fen' ? 1 : 0,
          stack: isStacked && type === 'bar' ? 'all' : undefined,
          barMaxWidth: isRows ? 14 : 22,
          itemStyle: { borderRadius: isRows ? [0, 3, 3, 0] : isStacked ? 0 : [3, 3, 0, 0], opacity: one.isFaint ? 0.45 : 1 },
          lineStyle: { width: 2, type: one.isFaint ? 'dashed' : 'solid', opacity: one.isFaint ? 0.6 : 1 },
          symbol: 'circle',
          symbolSize: 5,
          // A day between two unknown ones has no line: without its point it would not be seen.
          showSymbol: x.length <= 14 || one.values.some((value, at) => value !== null && isAlone(one.values, at)),
          smooth: false,
          endLabel: isNamedAtEnd
            ? { show: true, formatter: '{a}', color: 'inherit', fontSize: 12, fontFamily, distance: 6 }
            : undefined,
          areaStyle: type === 'line' && !isMany ? { opacity: 0.08 } : undefined,
          label:
            isRows && index === 0
              ? {
                  show: true,
                  position: 'right',
                  color: p.soft,
                  fontSize: 12,
                  formatter: ({ value: v }: { value: number }) => shownShort(v, one.unit),
                }
              : undefined,
        }
      }),
      ...series
        .filter(one => one.isBridged && one.values.includes(null))
        .map(one => ({
          type: 'line' as const,
          data: one.values,
          connectNulls: true,
          silent: true,
          symbol: 'none',
          itemStyle: { color: one.color ?? p.faint },
          lineStyle: { width: 1, type: 'dashed', color: one.color ?? p.faint },
          z: 1,
        })),
    ],
  }
}

const isAlone = (values: readonly (number | null)[], at: number) =>
  (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null

/** A line of text is about a fourteenth of a chart's height. */
const ROOM_FOR_A_NAME = 1 / 14

/** Whether the names can stand beside the lines' ends, without one covering another or the days below. */
function haveRoom(series: Series[]): boolean {
  const ends = series.map(one => one.values.at(-1)).filter(end => end != null)
  const top = Math.max(...series.flatMap(one => one.values.map(value => value ?? 0)))
  const sorted = [...ends].sort((a, b) => a - b)
  const isApart = sorted.every((end, at) => end - (at === 0 ? -top : (sorted[at - 1] ?? 0)) >= top * ROOM_FOR_A_NAME)
  return top > 0 && ends.length === series.length && isApart
}

/** About as wide as it is drawn at 12 px: Latin letters are half as wide as Chinese ones. */
const widthOf = (text: string) => [...text].reduce((sum, char) => sum + (char > '\u2e80' ? 12 : 7), 0)

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)
