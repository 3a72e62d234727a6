import { Alert, Button, Drawer } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { exactTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { Facts, Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { actionWord, groupWord } from './endpoint-words.ts'

type Letter = Output<'deadLetters.list'>['items'][number]

/** "优惠券 · 核销" for a task that is named after an endpoint, or the area that it belongs to. */
const workWord = (name: string) => actionWord(name) ?? groupWord(name.split('.')[0] ?? name)

/** Work that failed too often waits here; nothing is lost, and nothing runs by itself any more. */
export function DeadLettersPage() {
  const may = useMay()
  const run = useRun()
  const [open, setOpen] = useState<string | null>(null)
  const again = useCommand('deadLetters.runAgain')
  const dismiss = useCommand('deadLetters.dismiss')
  return (
    <Page
      title={t('失败任务', 'Dead letters')}
      text={t(
        '多次失败的后台任务停在这里，修好原因后再跑一次；平台没有回音的消息只供查看，不会重发。',
        'Work that failed too often: mend the cause, then run it again. Messages that a platform never answered are only shown, not sent again.',
      )}
    >
      <List
        name="deadLetters.list"
        rowKey={(row: Letter) => row.id}
        onOpen={row => setOpen(row.id)}
        searchHint={t('任务名、对象、错误', 'Name, subject, error')}
        exportName={t('失败任务', 'dead-letters')}
        refetchMs={15_000}
        columns={[
          {
            key: 'name',
            sort: 'name',
            title: t('任务', 'Work'),
            text: row => row.name,
            render: row => (
              <span className="by-stack-xs">
                <span>{workWord(row.name)}</span>
                <code className="by-faint">{row.name}</code>
              </span>
            ),
          },
          { key: 'subject', title: t('对象', 'Subject'), text: row => row.subject },
          {
            key: 'lastError',
            title: t('最后的错误', 'Last error'),
            text: row => row.lastError,
            render: row => (
              <span className="by-red by-clip" style={{ display: 'inline-block', maxWidth: 460 }} title={row.lastError}>
                {row.lastError}
              </span>
            ),
          },
          {
            key: 'attempts',
            sort: 'attempts',
            title: t('试过', 'Tries'),
            align: 'right',
            text: row => row.attempts,
            render: row => number(row.attempts),
          },
          {
            key: 'failedAt',
            sort: 'failedAt',
            title: t('失败时间', 'Failed'),
            text: row => exactTime(row.failedAt),
            render: row => <Time at={row.failedAt} />,
          },
        ]}
        bulk={[
          ...(may('deadLetters.runAgain')
            ? [
                {
                  label: t('再跑一次', 'Run again'),
                  verb: t('再跑一次', 'Run again'),
                  isAllowed: (row: Letter) => row.mayRunAgain,
                  consequence: (rows: Letter[]) =>
                    t(
                      `这 ${number(rows.length)} 个任务会从头再试；重复执行不会造成重复结果。`,
                      `These ${number(rows.length)} run from the first attempt; a repeat does no harm.`,
                    ),
                  run: (rows: Letter[]) => again.mutateAsync({ ids: rows.map(row => row.id) }),
                  done: (count: number) => t(`${number(count)} 个任务已重新排队`, `${number(count)} queued`),
                },
              ]
            : []),
          ...(may('deadLetters.dismiss')
            ? [
                {
                  label: t('放弃', 'Dismiss'),
                  verb: t('放弃', 'Dismiss'),
                  isDanger: true,
                  isAllowed: (row: Letter) => row.mayDismiss,
                  consequence: (rows: Letter[]) =>
                    t(`这 ${number(rows.length)} 件事将不再去做，不能恢复。`, `These ${number(rows.length)} will never be done.`),
                  run: (rows: Letter[]) => dismiss.mutateAsync({ ids: rows.map(row => row.id) }),
                  done: (count: number) => t(`已放弃 ${number(count)} 个`, `${number(count)} dismissed`),
                },
              ]
            : []),
        ]}
        rowActions={row =>
          row.mayRunAgain &&
          may('deadLetters.runAgain') && (
            <Button size="small" onClick={() => run(() => again.mutateAsync({ ids: [row.id] }), t('已重新排队', 'Queued'))}>
              {t('再跑一次', 'Run again')}
            </Button>
          )
        }
        empty={
          <EmptyState
            title={t('没有失败的任务', 'Nothing has failed')}
            text={t('后台任务都在正常运行。', 'All background work is fine.')}
          />
        }
      />
      {open && <LetterDrawer id={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function LetterDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const may = useMay()
  const confirm = useConfirm()
  const letter = useCall('deadLetters.get', { id })
  const again = useCommand('deadLetters.runAgain')
  const dismiss = useCommand('deadLetters.dismiss')
  const finish = (work: () => Promise<unknown>) => async () => {
    await work()
    onClose()
  }
  return (
    <Drawer
      open
      size={560}
      title={letter.data ? workWord(letter.data.name) : t('失败任务', 'Dead letter')}
      onClose={onClose}
      extra={
        <div className="by-actions">
          {letter.data?.mayDismiss && may('deadLetters.dismiss') && (
            <Button
              danger
              onClick={() =>
                confirm({
                  title: t('放弃这个任务？', 'Dismiss it?'),
                  consequence: t('这件事将不再去做，不能恢复。', 'It will never be done.'),
                  verb: t('放弃', 'Dismiss'),
                  isDanger: true,
                  run: finish(() => dismiss.mutateAsync({ ids: [id] })),
                })
              }
            >
              {t('放弃', 'Dismiss')}
            </Button>
          )}
          {letter.data?.mayRunAgain && may('deadLetters.runAgain') && (
            <Button
              type="primary"
              onClick={() =>
                confirm({
                  title: t('再跑一次？', 'Run it again?'),
                  consequence: t('从头再试；重复执行不会造成重复结果。', 'From the first attempt; a repeat does no harm.'),
                  verb: t('再跑一次', 'Run again'),
                  run: finish(() => again.mutateAsync({ ids: [id] })),
                  done: t('已重新排队', 'Queued'),
                })
              }
            >
              {t('再跑一次', 'Run again')}
            </Button>
          )}
        </div>
      }
    >
      <Loaded of={letter}>
        {data => (
          <div className="by-stack">
            <Alert
              type="error"
              title={<span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{data.lastError}</span>}
            />
            <Facts
              items={[
                [t('任务', 'Work'), <code key="n">{data.name}</code>],
                [t('对象', 'Subject'), data.subject],
                [t('试过', 'Tries'), number(data.attempts)],
                [t('失败时间', 'Failed'), exactTime(data.failedAt)],
              ]}
            />
            {data.payload !== null && <pre className="by-code">{JSON.stringify(data.payload, null, 2)}</pre>}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}
