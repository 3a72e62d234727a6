import { Button } from 'antd'
import type { ReactNode } from 'react'
import { zoned } from '../format.ts'
import { t } from '../i18n.ts'

type Draft = { savedAt: Date | null; isRestored: boolean }

/** The foot of a long form: says that what was typed is kept, and holds the one button that matters. */
export function DraftBar({ draft, onDiscard, children }: { draft: Draft; onDiscard: () => void; children: ReactNode }) {
  return (
    <div className="by-editor-save">
      <span className="by-small by-soft">
        {draft.savedAt
          ? t(
              `草稿已自动保存 ${zoned(draft.savedAt).format('HH:mm:ss')}`,
              `Draft kept ${zoned(draft.savedAt).format('HH:mm:ss')}`,
            )
          : draft.isRestored
            ? t('已恢复上次没有保存的内容', 'Your earlier draft is back')
            : t('草稿会自动保存在这台电脑上', 'Drafts are kept on this computer')}
        {(draft.isRestored || draft.savedAt) && (
          <Button size="small" type="link" onClick={onDiscard}>
            {t('放弃草稿', 'Discard')}
          </Button>
        )}
      </span>
      <div className="by-actions">{children}</div>
    </div>
  )
}
