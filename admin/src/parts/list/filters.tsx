import { CloseOutlined, FilterOutlined } from '@ant-design/icons'
import { Button, Popover, Select } from 'antd'
import { useState } from 'react'
import { t } from '../../i18n.ts'
import type { Filter } from './types.ts'

type Props = { filters: Filter[]; values: Record<string, string>; onChange: (patch: Record<string, string | undefined>) => void }

export function FilterButton({ filters, values, onChange }: Props) {
  const [isOpen, setOpen] = useState(false)
  const count = Object.keys(values).length
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={isOpen}
      onOpenChange={setOpen}
      content={
        // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the form from any of its fields
        <div className="by-filter-form" onKeyDown={event => event.key === 'Escape' && setOpen(false)}>
          {filters.filter(isOffered).map(filter => (
            // biome-ignore lint/a11y/noLabelWithoutControl: the control is the picker inside
            <label key={filter.key}>
              <span>{filter.label}</span>
              <FilterField filter={filter} value={values[filter.key]} onChange={value => onChange({ [filter.key]: value })} />
            </label>
          ))}
          {count > 0 && (
            <Button size="small" type="link" onClick={() => onChange(Object.fromEntries(filters.map(f => [f.key, undefined])))}>
              {t('清除全部条件', 'Clear all')}
            </Button>
          )}
        </div>
      }
    >
      <Button icon={<FilterOutlined />}>
        {t('筛选', 'Filter')}
        {count > 0 && <span className="by-green by-strong"> {count}</span>}
      </Button>
    </Popover>
  )
}

/** One that only comes by a link, such as a batch, has nothing to choose here; its chip still shows. */
const isOffered = (filter: Filter) => Boolean(filter.render) || (filter.options?.length ?? 0) > 0

function FilterField({
  filter,
  value,
  onChange,
}: {
  filter: Filter
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  if (filter.render) return <>{filter.render(value, onChange)}</>
  return (
    <Select
      allowClear
      value={value}
      options={filter.options}
      placeholder={t('全部', 'All')}
      onChange={next => onChange(next)}
      style={{ width: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
    />
  )
}

/** What is being filtered right now; each chip can be taken away. */
export function FilterChips({ filters, values, onChange }: Props) {
  const active = filters.filter(filter => values[filter.key])
  if (!active.length) return null
  return (
    <div className="by-chips">
      {active.map(filter => {
        const value = values[filter.key] as string
        const label = filter.chip?.(value) ?? filter.options?.find(option => option.value === value)?.label ?? value
        return (
          <span key={filter.key} className="by-chip">
            <span className="by-soft">{filter.label}</span> {label}
            <button
              type="button"
              onClick={() => onChange({ [filter.key]: undefined })}
              aria-label={t(`去掉条件 ${filter.label}`, `Remove ${filter.label}`)}
            >
              <CloseOutlined />
            </button>
          </span>
        )
      })}
    </div>
  )
}
