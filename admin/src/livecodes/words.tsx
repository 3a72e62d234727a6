import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { Pill, type Tone } from '../parts/bits.tsx'

export type LiveCode = Output<'livecodes.get'>
export type Kind = LiveCode['kind']
export type Counts = LiveCode['counts']

export const kindName = (kind: Kind) =>
  ({
    wecom: t('企业微信', 'WeCom'),
    miniProgram: t('小程序码', 'Mini program'),
    officialAccount: t('服务号', 'Official account'),
  })[kind]

export const statusName = (status: LiveCode['status']) =>
  ({
    creating: t('生成中', 'Creating'),
    active: t('使用中', 'Active'),
    paused: t('暂停中', 'Paused'),
    failed: t('生成失败', 'Failed'),
    disabled: t('已停用', 'Disabled'),
  })[status]

const tones: Record<LiveCode['status'], Tone> = {
  creating: 'info',
  active: 'good',
  paused: 'warn',
  failed: 'bad',
  disabled: 'plain',
}

export const StatusPill = ({ status }: { status: LiveCode['status'] }) => <Pill tone={tones[status]}>{statusName(status)}</Pill>

const alarmWord = (code: LiveCode['alarms'][number]['code']) =>
  ({
    noUsableStaff: t('无人可接待', 'Nobody receives'),
    onBackup: t('备用接待中', 'On backup'),
    staffNearCap: t('员工将满', 'Staff near the cap'),
    noScans: t('久无扫码', 'No scans'),
    failed: t('生成失败', 'Failed'),
    expiresSoon: t('即将到期', 'Ends soon'),
    scaleFull: t('规模将满', 'Scale nearly full'),
  })[code]

const byLevel = (a: LiveCode['alarms'][number], b: LiveCode['alarms'][number]) =>
  Number(b.level === 'danger') - Number(a.level === 'danger')

/** `isShort` for lists: the word, with the sentence on hover. */
export function AlarmPills({ alarms, isShort }: { alarms: LiveCode['alarms']; isShort?: boolean }) {
  // Two reasons of one kind are one word in a list; the graver one lends its colour.
  const shown = isShort
    ? [...alarms].sort(byLevel).filter((alarm, at, all) => all.findIndex(one => one.code === alarm.code) === at)
    : alarms
  const textOf = (code: string) => alarms.flatMap(one => (one.code === code ? [one.text] : [])).join('\n')
  return (
    <span className="by-row by-wrap" style={{ gap: 4 }}>
      {shown.map(alarm => (
        <Pill key={alarm.code + alarm.text} tone={alarm.level === 'danger' ? 'bad' : 'warn'}>
          <span title={textOf(alarm.code)}>{isShort ? (alarmWord(alarm.code) ?? alarm.text) : alarm.text}</span>
        </Pill>
      ))}
    </span>
  )
}

export const weekdayName = (day: number) =>
  [t('一', 'Mon'), t('二', 'Tue'), t('三', 'Wed'), t('四', 'Thu'), t('五', 'Fri'), t('六', 'Sat'), t('日', 'Sun')][day - 1] ?? ''
