import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { Pill, type Tone } from '../parts/bits.tsx'

export type ExportRun = Output<'exports.get'>

const tones: Record<ExportRun['status'], Tone> = {
  queued: 'info',
  running: 'info',
  finished: 'good',
  cancelled: 'plain',
  failed: 'bad',
  expired: 'plain',
}
export const exportStatusName = (status: ExportRun['status']) =>
  ({
    queued: t('排队中', 'Queued'),
    running: t('生成中', 'Running'),
    finished: t('可以下载', 'Ready'),
    cancelled: t('已取消', 'Cancelled'),
    failed: t('失败', 'Failed'),
    expired: t('文件已删除', 'File deleted'),
  })[status]
export const ExportPill = ({ status }: { status: ExportRun['status'] }) => (
  <Pill tone={tones[status]}>{exportStatusName(status)}</Pill>
)
