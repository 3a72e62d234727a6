import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { call } from '../api/call.ts'
import { keyOf } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

/** What was reported of a thing, newest first, more as one goes down. */
export function SubjectTimeline({ subjectId }: { subjectId: number }) {
  const isAllowed = useMay()('tracks.timeline')
  const timeline = useInfiniteQuery({
    queryKey: keyOf('tracks.timeline', { subjectId }),
    queryFn: ({ pageParam, signal }) => call('tracks.timeline', { subjectId, limit: 30, ...pageParam }, { signal }),
    initialPageParam: {} as { before?: string; beforeId?: string },
    getNextPageParam: ({ nextBefore, nextBeforeId }) =>
      nextBefore && nextBeforeId ? { before: nextBefore, beforeId: nextBeforeId } : undefined,
    enabled: isAllowed,
  })
  if (!isAllowed) return null
  return (
    <Panel title={t('行为', 'Tracks')}>
      <Loaded of={{ ...timeline, data: timeline.data?.pages.flatMap(page => page.items) }}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('还没有行为', 'No tracks yet')}
              text={t('通过接口为它上报的行为会出现在这里。', 'What is reported of it by the API appears here.')}
            />
          ) : (
            <div className="by-stack-s">
              <ul className="by-list is-bare">
                {items.map(entry => (
                  <li key={entry.id} className="by-row by-between by-wrap">
                    <span className="by-stack-xs by-grow" style={{ minWidth: 180 }}>
                      <span>{entry.title}</span>
                      {entry.summary && <span className="by-small by-soft">{entry.summary}</span>}
                    </span>
                    <Time at={entry.occurredAt} />
                  </li>
                ))}
              </ul>
              {timeline.hasNextPage && (
                <div>
                  <Button onClick={() => void timeline.fetchNextPage()} loading={timeline.isFetchingNextPage}>
                    {t('更早的', 'Earlier')}
                  </Button>
                </div>
              )}
            </div>
          )
        }
      </Loaded>
    </Panel>
  )
}
