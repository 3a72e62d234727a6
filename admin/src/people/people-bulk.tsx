import { type ReactNode, useState } from 'react'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import type { Bulk } from '../parts/list/types.ts'
import { GrantDialog } from './grant-dialog.tsx'
import { TagDialog } from './tag-dialog.tsx'

type Open = { what: 'tag' | 'grant'; personIds: number[]; clear: () => void }

/** What can be done with the people of chosen rows, whatever the rows are: tags on or off, a coupon for each. A person on several rows counts once. */
export function usePeopleBulk<T>(personIdOf: (row: T) => number | null): { bulk: Bulk<T>[]; dialogs: ReactNode } {
  const may = useMay()
  const [open, setOpen] = useState<Open | null>(null)
  const start = (what: Open['what']) => (rows: T[], clear: () => void) =>
    setOpen({ what, personIds: [...new Set(rows.flatMap(row => personIdOf(row) ?? []))], clear })
  const isAllowed = (row: T) => personIdOf(row) !== null
  const bulk: Bulk<T>[] = [
    ...(may('tags.put') ? [{ label: t('打标签', 'Tag'), isAllowed, open: start('tag') }] : []),
    ...(may('coupons.grantMany') ? [{ label: t('发券', 'Grant a coupon'), isAllowed, open: start('grant') }] : []),
  ]
  const Dialog = open?.what === 'tag' ? TagDialog : GrantDialog
  return {
    bulk,
    dialogs: open && <Dialog personIds={open.personIds} onDone={open.clear} onClose={() => setOpen(null)} />,
  }
}
