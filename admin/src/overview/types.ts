import type { Output } from '../api/call.ts'

export type Overview = Output<'overview.get'>
export type Metric = Overview['today'][number]
export type TrendDay = Overview['trend'][number]
