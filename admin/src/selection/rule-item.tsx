import { CopyOutlined, DeleteOutlined, HolderOutlined, MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useRef, useState } from 'react'
import { percent } from '../format.ts'
import { t } from '../i18n.ts'
import { PathContext, useBuilder, usePath } from './builder-context.ts'
import { faces } from './operators.ts'
import { RuleGroup } from './rule-group.tsx'
import { depthAt, indexOf, parentOf } from './rule-tree.ts'
import type { Catalogue, ClientCondition, ClientRule, OperatorFace, OperatorKind } from './types.ts'
import { isGroup } from './types.ts'
import { countWords } from './words.ts'

type Props = {
  rule: ClientRule
  index: number
  siblings: number
  catalogue: Catalogue
  /** How many it holds by itself. */
  share?: { count: number; population: number }
  /** Puts none, one or several in its place. */
  onReplace: (rules: ClientRule[]) => void
}

/** A condition or a group in its place: what it says, what it holds, what is wrong with it, and where it may go. */
export function RuleItem({ rule, index, siblings, catalogue, share, onReplace }: Props) {
  const group = usePath()
  const path = `${group}.rules.${index}`
  const { problems, dragged, drag, move } = useBuilder()
  const [edge, setEdge] = useState<'before' | 'after' | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const takes = dragged !== null && dragged.typeId === catalogue.typeId
  const problem = problems.get(path)
  const marks = [
    edge && takes && `is-${edge}`,
    dragged?.path === path && 'is-dragged',
    problem && 'is-wrong',
    isGroup(rule) && 'is-group',
  ]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop; the menu moves the same by keyboard
    <div
      ref={box}
      className={['by-rule-item', ...marks].filter(Boolean).join(' ')}
      onDragOver={event => {
        if (!takes) return
        event.preventDefault()
        event.stopPropagation()
        const { top, height } = event.currentTarget.getBoundingClientRect()
        setEdge(event.clientY < top + height / 2 ? 'before' : 'after')
      }}
      onDragLeave={() => setEdge(null)}
      onDrop={event => {
        if (!takes) return
        event.preventDefault()
        event.stopPropagation()
        setEdge(null)
        move(dragged.path, { group, index: edge === 'after' ? index + 1 : index })
      }}
    >
      <div className={isGroup(rule) ? 'by-rule-nest' : 'by-rule-line'}>
        <button
          type="button"
          className="by-handle"
          draggable
          tabIndex={-1}
          aria-hidden
          title={t('拖动，可以放进别的组', 'Drag, into other groups too')}
          onDragStart={event => {
            event.stopPropagation()
            event.dataTransfer.effectAllowed = 'move'
            event.dataTransfer.setData('text/plain', path)
            if (box.current) event.dataTransfer.setDragImage(box.current, 12, 12)
            drag({ path, typeId: catalogue.typeId })
          }}
          onDragEnd={() => drag(null)}
        >
          <HolderOutlined />
        </button>
        <PathContext.Provider value={path}>
          {isGroup(rule) ? (
            <div className="by-grow">
              <RuleGroup rule={rule} onChange={next => onReplace([next])} catalogue={catalogue} />
            </div>
          ) : (
            <ConditionWords condition={rule} onChange={next => onReplace([next])} catalogue={catalogue} />
          )}
        </PathContext.Provider>
        <ItemMenu rule={rule} path={path} siblings={siblings} catalogue={catalogue} onReplace={onReplace} />
      </div>
      {share && (
        <span
          className="by-rule-part by-small by-soft by-num"
          title={t('只有这一条时', 'If this were the only condition')}
          style={{ '--share': share.population ? share.count / share.population : 0 } as React.CSSProperties}
        >
          {t('单独看 ', 'By itself ')}
          {countWords(share.count, catalogue)}
          <span className="by-faint"> · {percent(share.count / Math.max(1, share.population))}</span>
        </span>
      )}
      {problem && (
        <span className="by-rule-part by-small by-red" role="alert">
          {problem}
        </span>
      )}
    </div>
  )
}

function ItemMenu({ rule, path, siblings, catalogue, onReplace }: Omit<Props, 'index' | 'share'> & { path: string }) {
  const { move } = useBuilder()
  const [group, index] = [parentOf(path), indexOf(path)]
  const isInGroup = /\.rules\.\d+$/.test(group)
  const items: MenuProps['items'] = [
    index > 0 && { key: 'up', label: t('上移', 'Move up'), onClick: () => move(path, { group, index: index - 1 }) },
    index < siblings - 1 && {
      key: 'down',
      label: t('下移', 'Move down'),
      onClick: () => move(path, { group, index: index + 2 }),
    },
    isInGroup && {
      key: 'out',
      label: t('移出这一组', 'Move out of the group'),
      onClick: () => move(path, { group: parentOf(group), index: indexOf(group) + 1 }),
    },
    depthAt(path) <= catalogue.depthMax && {
      key: 'wrap',
      label: t('放进新的一组', 'Put into a new group'),
      onClick: () => onReplace([{ kind: 'any', rules: [rule] }]),
    },
    isGroup(rule) &&
      rule.kind === 'all' && {
        key: 'unwrap',
        label: t('拆开这一组', 'Take the group apart'),
        onClick: () => onReplace(rule.rules),
      },
    {
      key: 'copy',
      icon: <CopyOutlined />,
      label: t('再来一份', 'Duplicate'),
      onClick: () => onReplace([rule, structuredClone(rule)]),
    },
    { key: 'remove', icon: <DeleteOutlined />, danger: true, label: t('删除', 'Remove'), onClick: () => onReplace([]) },
  ].filter(item => item !== false)
  return (
    <span className="by-rule-tools by-nowrap">
      <Button
        size="small"
        type="text"
        className="by-faint"
        icon={<DeleteOutlined />}
        onClick={() => onReplace([])}
        aria-label={isGroup(rule) ? t('删除这一组', 'Remove the group') : t('删除这个条件', 'Remove the condition')}
      />
      <Dropdown trigger={['click']} menu={{ items }}>
        <Button
          size="small"
          type="text"
          className="by-faint"
          icon={<MoreOutlined />}
          aria-label={t('移动、复制…', 'Move, duplicate…')}
        />
      </Dropdown>
    </span>
  )
}

function ConditionWords({
  condition,
  onChange,
  catalogue,
}: {
  condition: ClientCondition
  onChange: (condition: ClientCondition) => void
  catalogue: Catalogue
}) {
  // The catalogue of faces is complete by type; only the tie between kind and value is lost on indexing.
  const { Sentence } = faces[condition.kind] as unknown as OperatorFace<OperatorKind>
  return <Sentence value={condition as never} onChange={onChange as never} catalogue={catalogue} />
}
