import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'

type Props = { option: EChartsCoreOption; height: number; label: string; onClick?: (key: string) => void }

/** One ECharts instance for one element: made late, resized with it, disposed with it. */
export function Canvas({ option, height, label, onClick }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const latest = useRef({ option, onClick })
  latest.current = { option, onClick }

  useEffect(() => {
    let isGone = false
    const box = element.current
    const observer = new ResizeObserver(() => chart.current?.resize())
    void import('./echarts.ts').then(({ echarts }) => {
      if (isGone || !box) return
      chart.current = echarts.init(box)
      chart.current.setOption(latest.current.option)
      chart.current.on('click', event => latest.current.onClick?.(String(event.name)))
      observer.observe(box)
    })
    return () => {
      isGone = true
      observer.disconnect()
      chart.current?.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true })
  }, [option])

  return <div ref={element} style={{ height, width: '100%' }} role="img" aria-label={label} />
}
