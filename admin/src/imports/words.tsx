import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { Pill, type Tone } from '../parts/bits.tsx'
import { fieldLabel } from '../selection/groups.ts'

export type ImportRun = Output<'imports.get'>
export type ImportKind = Output<'imports.kinds'>[number]

const tones: Record<ImportRun['status'], Tone> = {
  uploaded: 'plain',
  queued: 'info',
  running: 'info',
  finished: 'good',
  cancelled: 'plain',
  failed: 'bad',
}
export const importStatusName = (status: ImportRun['status']) =>
  ({
    uploaded: t('待设置', 'Uploaded'),
    queued: t('排队中', 'Queued'),
    running: t('导入中', 'Running'),
    finished: t('已完成', 'Finished'),
    cancelled: t('已取消', 'Cancelled'),
    failed: t('失败', 'Failed'),
  })[status]
export const ImportPill = ({ status }: { status: ImportRun['status'] }) => (
  <Pill tone={tones[status]}>{importStatusName(status)}</Pill>
)

export const bytes = (size: number) =>
  size >= 1_048_576 ? `${(size / 1_048_576).toFixed(1)} MB` : size >= 1024 ? `${(size / 1024).toFixed(0)} KB` : `${size} B`

export const kindLabel = (kinds: ImportKind[] | undefined, name: string) =>
  fieldLabel(kinds?.find(kind => kind.name === name)) ?? name
