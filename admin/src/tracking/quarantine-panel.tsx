import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Modal, Select } from 'antd'
import { useState } from 'react'
import { call, type Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { keyOf, refresh, useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { fieldLabel } from '../selection/groups.ts'

type Held = Output<'tracks.quarantine'>[number]
type Reason = Held['reason']
type Wanted = { id?: number; name?: string; reason?: Reason }
const PAGE = 50

/** What was held back, and the way on: mend the plan, then accept one, or all of a name or a reason. */
export function QuarantinePanel() {
  const may = useMay()
  const [name, setName] = useState<string>()
  const [reason, setReason] = useState<Reason>()
  const [shown, setShown] = useState<Held | null>(null)
  const counts = useCall('tracks.quarantineCounts', {})
  const plan = useCall('trackPlan.list', {}, { staleTime: 60_000 })
  const wordOf = (key: string) => fieldLabel(plan.data?.find(one => one.name === key))
  const { accept, isBusy } = useAccept()
  const filter = { ...(name ? { name } : {}), ...(reason ? { reason } : {}) }
  const list = useInfiniteQuery({
    queryKey: keyOf('tracks.quarantine', filter),
    queryFn: ({ pageParam }) =>
      call('tracks.quarantine', { ...filter, limit: PAGE, ...(pageParam ? { beforeId: pageParam } : {}) }),
    initialPageParam: 0,
    getNextPageParam: last => (last.length === PAGE ? last.at(-1)?.id : undefined),
  })
  const groups = counts.data ?? []
  const held = groups
    .filter(one => (!name || one.name === name) && (!reason || one.reason === reason))
    .reduce((sum, one) => sum + one.count, 0)
  const names = [...new Set(groups.map(one => one.name))]
  const reasons = [...new Map(groups.map(one => [one.reason, one.reasonText]))]
  const mayAccept = may('tracks.acceptQuarantined')
  return (
    <Panel
      isFlush
      title={t('隔离区', 'Held back')}
      extra={
        <span className="by-row by-wrap">
          <Select
            allowClear
            placeholder={t('全部行为', 'All tracks')}
            aria-label={t('按行为筛选', 'By track')}
            style={{ width: 160 }}
            value={name}
            onChange={setName}
            options={names.map(value => ({ value, label: wordOf(value) ?? value }))}
          />
          <Select
            allowClear
            placeholder={t('全部原因', 'All reasons')}
            aria-label={t('按原因筛选', 'By reason')}
            style={{ width: 200 }}
            value={reason}
            onChange={setReason}
            options={reasons.map(([value, label]) => ({ value, label }))}
          />
          {mayAccept && (name || reason) && held > 0 && (
            <Button type="primary" loading={isBusy} onClick={() => accept(filter)}>
              {t(`接受并重放 ${number(held)} 条`, `Accept and replay ${number(held)}`)}
            </Button>
          )}
        </span>
      }
    >
      <Loaded of={list}>
        {({ pages }) => {
          const items = pages.flat()
          if (items.length === 0)
            return (
              <EmptyState
                title={t('没有被隔离的行为', 'Nothing is held back')}
                text={t('不合计划的行为会留在这里 90 天。', 'What breaks the plan is kept here for 90 days.')}
              />
            )
          return (
            <>
              <Sheet<Held>
                rowKey="id"
                dataSource={items}
                columns={[
                  {
                    title: t('行为', 'Track'),
                    render: (_v, one) => (
                      <span>
                        {wordOf(one.name)} <code className="by-faint">{one.name}</code>
                      </span>
                    ),
                  },
                  {
                    title: t('原因', 'Reason'),
                    render: (_v, one) => (
                      <span>
                        <span className="by-red">{one.reasonText}</span>{' '}
                        {one.field && <code className="by-faint">{one.field}</code>}
                      </span>
                    ),
                  },
                  { title: t('收到', 'Received'), render: (_v, one) => <Time at={one.receivedAt} /> },
                  {
                    title: '',
                    align: 'right',
                    render: (_v, one) => (
                      <span className="by-row" style={{ justifyContent: 'flex-end' }}>
                        <Button size="small" type="text" onClick={() => setShown(one)}>
                          {t('查看内容', 'See it')}
                        </Button>
                        {mayAccept && (
                          <Button size="small" type="text" disabled={isBusy} onClick={() => accept({ id: one.id })}>
                            {t('接受并重放', 'Accept and replay')}
                          </Button>
                        )}
                      </span>
                    ),
                  },
                ]}
              />
              {list.hasNextPage && (
                <div className="by-row" style={{ justifyContent: 'center', padding: 12 }}>
                  <Button loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
                    {t('更早的', 'Earlier ones')}
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Loaded>
      {shown && (
        <Modal open footer={null} width={640} title={<code>{shown.name}</code>} onCancel={() => setShown(null)}>
          <p className="by-red">
            {shown.reasonText} {shown.field && <code className="by-faint">{shown.field}</code>}
          </p>
          <pre
            className="by-small"
            style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 420, overflow: 'auto' }}
          >
            {JSON.stringify(JSON.parse(shown.payload), null, 2)}
          </pre>
        </Modal>
      )}
    </Panel>
  )
}

/** Calls until all were checked again; says what went on and what still fails, and why. */
function useAccept() {
  const { modal, message } = App.useApp()
  const client = useQueryClient()
  const command = useCommand('tracks.acceptQuarantined', { refreshes: [] })
  const [isBusy, setBusy] = useState(false)
  const accept = async (wanted: Wanted) => {
    setBusy(true)
    let accepted = 0
    const failing = new Map<string, number>()
    try {
      for (let afterId: number | null = 0; afterId !== null; ) {
        const answer: Output<'tracks.acceptQuarantined'> = await command.mutateAsync({
          ...wanted,
          ...(afterId ? { afterId } : {}),
        })
        accepted += answer.accepted
        for (const one of answer.failing) failing.set(one.reasonText, (failing.get(one.reasonText) ?? 0) + one.count)
        afterId = answer.nextAfterId
      }
      const rest = [...failing.values()].reduce((sum, count) => sum + count, 0)
      modal[rest === 0 ? 'success' : 'info']({
        title: t(
          `已接受 ${number(accepted)} 条，仍不合计划 ${number(rest)} 条`,
          `${number(accepted)} accepted, ${number(rest)} still break the plan`,
        ),
        content: [...failing].map(([text, count]) => (
          <p key={text}>
            {text}
            {t('：', ': ')}
            {number(count)}
          </p>
        )),
      })
    } catch (error) {
      message.error(sentenceOf(error), 6)
    } finally {
      setBusy(false)
      await refresh(client, ['tracks.', 'trackPlan.'])
    }
  }
  return { accept, isBusy }
}
