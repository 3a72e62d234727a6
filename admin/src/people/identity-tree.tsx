import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { SeenAt } from './identity-panel.tsx'
import { Reveal } from './reveal.tsx'
import type { Graph } from './types.ts'
import { identifierName, personName, sourceName } from './words.ts'

const ROW = 46
const INDENT = [9, 31, 55] as const
const REVEALABLE = ['phone', 'openid', 'email', 'externalUserid', 'unionid', 'memberNumber', 'thirdParty'] as const
type Revealable = (typeof REVEALABLE)[number]

type Row =
  | { level: 0; key: string }
  | { level: 1; key: string; home: Graph['homes'][number]; parent: number }
  | { level: 2; key: string; identifier: Graph['identifiers'][number]; parent: number }

/** The tree that gave the product its name: one person, the records he was joined from, and the identifiers that are their roots. */
export function IdentityTree({ graph }: { graph: Graph }) {
  const rows = rowsOf(graph)
  return (
    <div className="by-tree" style={{ minHeight: rows.length * ROW }}>
      <svg aria-hidden>
        {rows.map((row, index) => {
          if (row.level === 0) return null
          const from = { x: INDENT[(row.level - 1) as 0 | 1], y: row.parent * ROW + ROW / 2 + 7 }
          const to = { x: INDENT[row.level], y: index * ROW + ROW / 2 }
          const isWeak = row.level === 2 && !row.identifier.isStrong
          return (
            <path
              key={row.key}
              d={`M${from.x} ${from.y} V${to.y - 10} Q${from.x} ${to.y} ${to.x - 5} ${to.y}`}
              fill="none"
              stroke={isWeak ? 'var(--by-line)' : 'var(--by-green-line)'}
              strokeWidth="1.5"
              strokeDasharray={isWeak ? '3 3' : undefined}
            />
          )
        })}
      </svg>
      {rows.map(row => (
        <div key={row.key} className="by-tree-row" style={{ paddingLeft: INDENT[row.level] - 7 }}>
          {row.level === 0 && <Person graph={graph} />}
          {row.level === 1 && <Home home={row.home} />}
          {row.level === 2 && <Identifier identifier={row.identifier} personId={graph.person.id} />}
        </div>
      ))}
    </div>
  )
}

function rowsOf(graph: Graph): Row[] {
  const rows: Row[] = [{ level: 0, key: 'person' }]
  for (const home of graph.homes) {
    rows.push({ level: 1, key: `home:${home.homeId}`, home, parent: 0 })
    const parent = rows.length - 1
    for (const identifier of graph.identifiers.filter(one => one.homeId === home.homeId))
      rows.push({ level: 2, key: `identifier:${identifier.id}`, identifier, parent })
  }
  const known = new Set(graph.homes.map(home => home.homeId))
  for (const identifier of graph.identifiers.filter(one => !known.has(one.homeId)))
    rows.push({ level: 2, key: `identifier:${identifier.id}`, identifier, parent: 0 })
  return rows
}

function Person({ graph }: { graph: Graph }) {
  return (
    <>
      <span className="node is-survivor" style={{ width: 16, height: 16 }} />
      <span className="by-strong by-clip">{personName(graph.person.name)}</span>
      <span className="by-small by-faint by-nowrap">OneID {graph.person.id}</span>
    </>
  )
}

function Home({ home }: { home: Graph['homes'][number] }) {
  return (
    <>
      <span className="node" style={{ width: 12, height: 12 }} />
      <span className="by-clip">{sourceName(home.source)}</span>
      {home.isSurvivor ? (
        <Pill tone="good" isDotted={false}>
          {t('主记录', 'Survivor')}
        </Pill>
      ) : (
        <Pill isDotted={false}>{t('合并而来', 'Merged in')}</Pill>
      )}
      <span className="by-grow" />
      <SeenAt first={home.createdAt} last={home.createdAt} />
    </>
  )
}

function Identifier({ identifier, personId }: { identifier: Graph['identifiers'][number]; personId: number }) {
  const revealable = (REVEALABLE as readonly string[]).includes(identifier.type)
  return (
    <>
      <span className={`node ${identifier.isStrong ? '' : 'is-weak'}`} style={{ width: 9, height: 9, marginLeft: 2 }} />
      <span className="by-grow by-stack-xs" style={{ gap: 0, lineHeight: '18px' }}>
        <span className="by-small by-soft by-clip">
          {identifierName(identifier.type, identifier.typeName)}
          {identifier.scopeName && ` · ${identifier.scopeName}`}
        </span>
        <span className="by-row" style={{ gap: 2, height: 20 }}>
          <code className="by-clip">{identifier.masked}</code>
          {revealable && <Reveal personId={personId} field={identifier.type as Revealable} scope={identifier.scope} />}
        </span>
      </span>
      <SeenAt first={identifier.firstSeenAt} last={identifier.lastSeenAt} />
    </>
  )
}
