import { Button, Input, Modal, Segmented } from 'antd'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { useRested } from '../app/palette.tsx'
import { t } from '../i18n.ts'
import { save } from '../parts/list/export-csv.ts'
import { Loaded } from '../parts/states.tsx'
import type { LiveCode } from './words.tsx'

/** A print-ready picture with a title of one's own; PNG for chats, SVG for the printer. */
export function PosterDialog({ code, onClose }: { code: LiveCode; onClose: () => void }) {
  const [target, setTarget] = useState<'landing' | 'direct'>('landing')
  const [title, setTitle] = useState('')
  const [subtitle, setSubtitle] = useState('')
  const words = useRested(`${title}\n${subtitle}`, 400).split('\n')
  const poster = useCall(
    'livecodes.poster',
    { id: code.id, target, title: words[0] || undefined, subtitle: words[1] || undefined },
    { keepPrevious: true },
  )
  return (
    <Modal
      open
      title={t('海报', 'Poster')}
      onCancel={onClose}
      footer={
        poster.data && (
          <>
            <Button onClick={() => save(`${poster.data.fileName.replace(/\.\w+$/, '')}.svg`, poster.data.svg, 'image/svg+xml')}>
              {t('下载 SVG（印刷）', 'SVG for print')}
            </Button>
            <a
              href={poster.data.pngDataUrl}
              download={`${poster.data.fileName.replace(/\.\w+$/, '')}.png`}
              style={{ marginInlineStart: 8 }}
            >
              <Button type="primary">{t('下载 PNG', 'Download PNG')}</Button>
            </a>
          </>
        )
      }
    >
      <div className="by-stack-s">
        <Segmented
          block
          value={target}
          onChange={setTarget}
          options={[
            { value: 'landing', label: t('中转页（统计扫码）', 'Landing: counts scans') },
            { value: 'direct', label: t('平台原码', 'Direct') },
          ]}
        />
        <Input
          value={title}
          maxLength={40}
          placeholder={t('大标题，例如：扫码领 ¥20', 'Title, for example: scan for ¥20')}
          onChange={event => setTitle(event.target.value)}
        />
        <Input
          value={subtitle}
          maxLength={60}
          placeholder={t('小字，例如：新会员专享', 'Small print')}
          onChange={event => setSubtitle(event.target.value)}
        />
        <Loaded of={poster}>
          {data => (
            <img
              src={data.pngDataUrl}
              alt={t('海报预览', 'Poster')}
              style={{ width: '100%', maxHeight: 420, objectFit: 'contain', background: 'var(--by-ground)', borderRadius: 8 }}
            />
          )}
        </Loaded>
      </div>
    </Modal>
  )
}
