import { CarOutlined, HomeOutlined, ShopOutlined, UserAddOutlined } from '@ant-design/icons'
import { many } from '@banyan/shared'
import { Button, Progress } from 'antd'
import { type ReactNode, useEffect } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { Loaded } from '../parts/states.tsx'
import type { SubjectType } from './words.ts'

export type Pack = Output<'subjectTypes.templates'>[number]

const icons: Record<Pack['key'], ReactNode> = {
  car: <CarOutlined />,
  property: <HomeOutlined />,
  dealer: <ShopOutlined />,
  lead: <UserAddOutlined />,
}

/** Ready-made types for a line of business, with a sample to try them on; one click each. */
export function Packs({
  types,
  wanted,
  onLoaded,
}: {
  types: readonly SubjectType[]
  /** How many a pack that was just loaded will have; its sample may still be filling. */
  wanted: Partial<Record<Pack['key'], number>>
  onLoaded: (key: Pack['key'], sampleCount: number) => void
}) {
  const packs = useCall('subjectTypes.templates', {}, { staleTime: 60_000 })
  return (
    <Loaded of={packs}>
      {items => (
        <div className="by-packs">
          {items.map(pack => (
            <PackCard key={pack.key} pack={pack} types={types} wanted={wanted[pack.key] ?? null} onLoaded={onLoaded} />
          ))}
        </div>
      )}
    </Loaded>
  )
}

function PackCard({
  pack,
  types,
  wanted,
  onLoaded,
}: {
  pack: Pack
  types: readonly SubjectType[]
  wanted: number | null
  onLoaded: (key: Pack['key'], sampleCount: number) => void
}) {
  const may = useMay()
  const run = useRun()
  const load = useCommand('subjectTypes.load', { refreshes: ['subjectTypes.', 'subjects.', 'selection.'] })
  const stored = types.filter(type => pack.typeKeys.includes(type.key)).reduce((sum, type) => sum + type.subjectCount, 0)
  const isFilling = wanted !== null && stored < wanted
  return (
    <article className="by-pack">
      <span className="by-pack-icon">{icons[pack.key]}</span>
      <div className="by-stack-xs by-grow">
        <b>
          {pack.name} {pack.isLoaded && <Pill tone="good">{t('已装入', 'Loaded')}</Pill>}
        </b>
        <span className="by-small by-soft">{pack.description}</span>
        {isFilling ? (
          <Filling stored={stored} wanted={wanted} />
        ) : (
          <span className="by-small by-faint">
            {t(
              `${pack.typeKeys.length} 种主体，样例 ${number(pack.sampleCount)} 条`,
              `${many(pack.typeKeys.length, 'type')}, ${number(pack.sampleCount)} in the sample`,
            )}
          </span>
        )}
      </div>
      {may('subjectTypes.load') && !pack.isLoaded && (
        <span className="by-row by-wrap">
          <Button
            loading={load.isPending}
            onClick={() =>
              run(async () => {
                const { sampleCount } = await load.mutateAsync({ template: pack.key, withSample: true })
                onLoaded(pack.key, sampleCount)
              })
            }
          >
            {t('装入并带样例', 'Load with its sample')}
          </Button>
          <Button
            type="text"
            disabled={load.isPending}
            onClick={() => run(() => load.mutateAsync({ template: pack.key, withSample: false }), t('已装入', 'Loaded'))}
          >
            {t('只要类型', 'Types only')}
          </Button>
        </span>
      )}
    </article>
  )
}

/** The sample fills in the background, whether somebody looks or not. */
function Filling({ stored, wanted }: { stored: number; wanted: number }) {
  const types = useCall('subjectTypes.list', {}, { refetchInterval: 1_500 })
  const { refetch } = types
  useEffect(() => () => void refetch(), [refetch])
  return (
    <div aria-live="polite">
      <Progress size="small" percent={Math.floor((stored / wanted) * 100)} />
      <span className="by-small by-soft">
        {t(
          `正在放样例：${number(stored)} / ${number(wanted)}，可以离开这一页`,
          `Filling: ${number(stored)} of ${number(wanted)}; you may leave`,
        )}
      </span>
    </div>
  )
}
