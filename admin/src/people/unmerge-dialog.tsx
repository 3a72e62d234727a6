import { Alert, App, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Loaded } from '../parts/states.tsx'

/** Shows what each side keeps before a merge is undone; then undoes it, and the two never join again. */
export function UnmergeDialog({ mergeId, onClose }: { mergeId: number; onClose: () => void }) {
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const look = useCommand('identity.unmerge', { refreshes: [] })
  const undo = useCommand('identity.unmerge', { refreshes: ['identity.', 'profiles.', 'people.', 'reviews.'] })
  const { mutate } = look
  useEffect(() => mutate({ mergeId, isDryRun: true }), [mutate, mergeId])

  const run = async () => {
    try {
      const { restoredPersonId } = await undo.mutateAsync({ mergeId, reason: reason || undefined })
      message.success(t('已拆分，两位客户以后不会再自动合并', 'Undone. They will not be joined again'))
      onClose()
      navigate(`/admin/people/${restoredPersonId}`)
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      width={620}
      title={t('拆分这次合并', 'Undo this merge')}
      okText={t('拆分', 'Undo the merge')}
      okButtonProps={{ danger: true, disabled: !look.data, loading: undo.isPending }}
      cancelText={t('先不', 'Not now')}
      onOk={run}
      onCancel={onClose}
    >
      <Loaded of={{ ...look, refetch: () => mutate({ mergeId, isDryRun: true }) }}>
        {data => (
          <div className="by-stack">
            <p className="by-soft">
              {t(
                '标识、积分、等级和优惠券会按来源分回两边；合并之后发生的事归当时所用的标识。',
                'Identifiers, points, tiers and coupons go back to where they came from.',
              )}
            </p>
            {data.warnings.map(warning => (
              <Alert key={warning} type="warning" showIcon title={warning} />
            ))}
            <Effects effects={data.effects} />
            <Input.TextArea
              value={reason}
              maxLength={200}
              rows={2}
              placeholder={t('原因（可选，会留在记录里）', 'Reason (optional, kept in the record)')}
              onChange={event => setReason(event.target.value)}
            />
          </div>
        )}
      </Loaded>
    </Modal>
  )
}

type Effect = Output<'identity.unmerge'>['effects'][number]

/** Carriers that would say the same stand in one line. */
export function Effects({ effects }: { effects: Effect[] }) {
  const groups = new Map<string, Effect[]>()
  for (const effect of effects) {
    const words = effect.detail.join('\n')
    groups.set(words, [...(groups.get(words) ?? []), effect])
  }
  return (
    <dl className="by-kv" style={{ gridTemplateColumns: 'minmax(64px, 180px) minmax(0, 1fr)' }}>
      {[...groups].map(([words, same]) => (
        <div key={words} style={{ display: 'contents' }}>
          <dt>{same.map(one => one.name).join(t('、', ', '))}</dt>
          <dd style={{ whiteSpace: 'pre-wrap' }}>{words}</dd>
        </div>
      ))}
    </dl>
  )
}
