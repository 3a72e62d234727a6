import { Button, DatePicker } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

type Replay = Output<'tracks.replays'>[number]

/** The archive against what is stored: for when ClickHouse lost something. */
export function ReplayPanel() {
  const may = useMay()
  const confirm = useConfirm()
  const [range, setRange] = useState<[Dayjs, Dayjs] | null>(null)
  const replays = useCall(
    'tracks.replays',
    {},
    { refetchInterval: query => (query.state.data?.[0]?.status === 'running' ? 2_000 : false) },
  )
  const replay = useCommand('tracks.replay', { refreshes: ['tracks.replays'] })
  const ask = () => {
    if (!range) return
    const [from, to] = range
    confirm({
      title: t('从归档重放这段时间收到的行为？', 'Replay what was received in this time?'),
      consequence: t(
        `会把 ${dateTime(from.toDate())} 至 ${dateTime(to.toDate())} 的归档与已存数据逐条比对，只补缺少的；已有的不会重复。相关人群会随之更新。`,
        `The archive of ${dateTime(from.toDate())} to ${dateTime(to.toDate())} is compared with what is stored; only what is missing is added. Segments follow.`,
      ),
      verb: t('开始重放', 'Replay'),
      run: () => replay.mutateAsync({ from: from.toISOString(), to: to.toISOString(), isConfirmed: true }),
    })
  }
  return (
    <Panel
      isFlush
      title={t('归档重放', 'Archive')}
      extra={
        may('tracks.replay') && (
          <span className="by-row by-wrap">
            <DatePicker.RangePicker
              showTime={{ format: 'HH:mm' }}
              format="YYYY-MM-DD HH:mm"
              value={range}
              onChange={value => setRange(value?.[0] && value[1] ? [value[0], value[1]] : null)}
            />
            <Button disabled={!range} onClick={ask}>
              {t('重放…', 'Replay…')}
            </Button>
          </span>
        )
      }
    >
      <Loaded of={replays}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('还没有重放过', 'Nothing was replayed yet')}
              text={t(
                '收到的行为都压缩留存；存储丢失数据时可以按时间补回。',
                'All that came is kept, compressed; what the store lost can be brought back by time.',
              )}
            />
          ) : (
            <Sheet<Replay>
              rowKey="id"
              dataSource={items}
              columns={[
                { title: t('收到的时间', 'Received'), render: (_v, one) => `${dateTime(one.from)} – ${dateTime(one.to)}` },
                {
                  title: t('状态', 'Status'),
                  render: (_v, one) => (
                    <Pill tone={one.status === 'finished' ? 'good' : one.status === 'failed' ? 'bad' : 'info'}>
                      {{ finished: t('完成', 'Done'), failed: t('失败', 'Failed'), running: t('进行中', 'Running') }[one.status]}
                    </Pill>
                  ),
                },
                { title: t('比对', 'Compared'), align: 'right', render: (_v, one) => number(one.checkedCount) },
                { title: t('补回', 'Restored'), align: 'right', render: (_v, one) => number(one.restoredCount) },
                { title: t('由谁', 'By'), render: (_v, one) => one.by },
                { title: t('开始', 'Begun'), render: (_v, one) => <Time at={one.createdAt} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  )
}
