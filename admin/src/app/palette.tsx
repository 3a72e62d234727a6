import { FileOutlined, FunnelPlotOutlined, QrcodeOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons'
import { Input, type InputRef, Modal } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { allows, useMe } from './me.ts'
import { navGroups } from './nav.tsx'

type Hit = { key: string; group: string; icon: ReactNode; label: string; note?: string; to: string }

/** Ctrl K: people, segments, codes and pages in one box. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const box = useRef<InputRef>(null)
  const navigate = useNavigate()
  const hits = useHits(text, isOpen)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question starts at the first answer
  useEffect(() => setAt(0), [text])
  useEffect(() => {
    // At once, so that no key is lost; and again when the dialog has taken the focus for itself.
    const focus = () => box.current?.focus()
    if (isOpen) for (const ms of [0, 80, 250]) setTimeout(focus, ms)
  }, [isOpen])
  const go = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    setText('')
    navigate(hit.to)
  }
  return (
    <Modal open={isOpen} onCancel={onClose} footer={null} closable={false} width={560} style={{ top: 88 }} destroyOnHidden>
      <Input
        ref={box}
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined className="by-faint" />}
        placeholder={t('姓名、手机号、会员号、券码、人群、活码、页面', 'Name, phone, member number, coupon, segment, code, page')}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown') setAt(Math.min(at + 1, hits.length - 1))
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
          else if (event.key === 'Enter' && !event.nativeEvent.isComposing) go(hits[at])
          else return
          event.preventDefault()
        }}
      />
      <div className="by-palette-list" role="listbox">
        {hits.map((hit, index) => (
          <div key={hit.key}>
            {hit.group !== hits[index - 1]?.group && <div className="by-palette-group">{hit.group}</div>}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: arrows and Enter are handled by the input */}
            <div
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              className={`by-palette-item ${index === at ? 'is-on' : ''}`}
              onMouseEnter={() => setAt(index)}
              onClick={() => go(hit)}
            >
              <span className="by-soft">{hit.icon}</span>
              <span className="by-clip">{hit.label}</span>
              {hit.note && <span className="by-soft by-small by-clip">{hit.note}</span>}
            </div>
          </div>
        ))}
        {hits.length === 0 && (
          <div className="by-palette-group">
            {t('没有找到。试试手机号后四位或会员号。', 'Nothing found. Try the last four digits of a phone.')}
          </div>
        )}
      </div>
    </Modal>
  )
}

function useHits(text: string, isOpen: boolean): Hit[] {
  const { permissions } = useMe()
  const q = useRested(text.trim(), 250)
  const ask = isOpen && q.length > 0
  const people = useCall('people.find', { q: q || '-', limit: 6 }, { enabled: ask && allows(permissions, 'people.find') })
  const segments = useCall('segments.list', { search: q, pageSize: 5 }, { enabled: ask && allows(permissions, 'segments.list') })
  const codes = useCall('livecodes.list', { search: q, pageSize: 5 }, { enabled: ask && allows(permissions, 'livecodes.list') })

  const wanted = text.trim().toLowerCase()
  const pages = navGroups()
    .flatMap(group => group.pages.filter(page => allows(permissions, page.needs)).map(page => ({ ...page, group: group.label })))
    .filter(page => !wanted || `${page.group} ${page.label} ${page.words ?? ''}`.toLowerCase().includes(wanted))
    .slice(0, wanted ? 6 : 30)
    .map(
      (page): Hit => ({
        key: page.path,
        group: t('页面', 'Pages'),
        icon: <FileOutlined />,
        label: page.label,
        note: page.group === page.label ? undefined : page.group,
        to: page.path,
      }),
    )
  if (!ask) return pages
  return [
    ...(people.data?.items ?? []).map(
      (person): Hit => ({
        key: `person:${person.id}`,
        group: t('客户', 'People'),
        icon: <UserOutlined />,
        label: person.name ?? t('未留姓名', 'No name'),
        note: [person.phoneMasked, person.tierName, person.memberNo].filter(Boolean).join(' · '),
        to: `/admin/people/${person.id}`,
      }),
    ),
    ...(segments.data?.items ?? []).map(
      (segment): Hit => ({
        key: `segment:${segment.id}`,
        group: t('人群', 'Segments'),
        icon: <FunnelPlotOutlined />,
        label: segment.name,
        to: `/admin/segments/${segment.id}`,
      }),
    ),
    ...(codes.data?.items ?? []).map(
      (code): Hit => ({
        key: `code:${code.id}`,
        group: t('活码', 'Live codes'),
        icon: <QrcodeOutlined />,
        label: code.name,
        note: code.storeName ?? undefined,
        to: `/admin/live-codes/${code.id}`,
      }),
    ),
    ...pages,
  ]
}

/** The value after it has rested for a while: one question per pause, not per key. */
export function useRested<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return rested
}
