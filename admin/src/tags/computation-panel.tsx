import type { TagComputation } from '@banyan/shared'
import { Form, InputNumber, Select } from 'antd'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { fieldLabel } from '../selection/groups.ts'
import { TrackFilters } from '../selection/track-filters.tsx'
import type { Catalogue } from '../selection/types.ts'
import { COMPUTATIONS, fitsKind, newComputation } from './computation.ts'
import { computationHint, computationName } from './words.ts'

type Props = { value: TagComputation; onChange: (value: TagComputation) => void; catalogue: Catalogue }

/** What a computed tag computes, of which behaviour, within how many days. */
export function ComputationPanel({ value, onChange, catalogue }: Props) {
  return (
    <Panel title={t('怎么算', 'What it computes')}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('算什么', 'Compute')} extra={computationHint(value.of)}>
          <Select
            value={value.of}
            options={COMPUTATIONS.map(of => ({ value: of, label: computationName(of) }))}
            onChange={of => onChange(newComputation(of, value))}
          />
        </Form.Item>
        {value.of === 'daysSinceField' ? (
          <Form.Item label={t('哪个日期', 'Which date')}>
            <Select
              showSearch
              optionFilterProp="label"
              value={value.field || undefined}
              placeholder={t('选择一个日期', 'Choose a date')}
              options={catalogue.fields
                .filter(field => field.kind === 'instant')
                .map(field => ({ value: field.key, label: fieldLabel(field) }))}
              onChange={field => onChange({ ...value, field })}
            />
          </Form.Item>
        ) : (
          <OfTracks value={value} onChange={onChange} catalogue={catalogue} />
        )}
      </Form>
    </Panel>
  )
}

type OnTracks = Exclude<TagComputation, { of: 'daysSinceField' }>

function OfTracks({ value, onChange, catalogue }: { value: OnTracks } & Omit<Props, 'value'>) {
  const track = catalogue.tracks.find(one => one.name === value.name)
  return (
    <>
      <Form.Item label={t('哪个行为', 'Which behaviour')}>
        <div className="by-row by-wrap">
          <Select
            showSearch
            optionFilterProp="label"
            style={{ width: 'auto', flex: '1 1 220px' }}
            value={value.name || undefined}
            placeholder={t('选择一个行为', 'Choose a behaviour')}
            options={catalogue.tracks.map(one => ({ value: one.name, label: fieldLabel(one) }))}
            onChange={name => onChange({ ...value, name, filters: [], ...('property' in value ? { property: '' } : {}) })}
          />
          <TrackFilters value={value.filters} track={track} onChange={filters => onChange({ ...value, filters } as OnTracks)} />
        </div>
      </Form.Item>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 1fr))', columnGap: 16 }}>
        {'property' in value && (
          <Form.Item label={value.of === 'rfm' ? t('金额是哪一项', 'Which is the money') : t('哪一项', 'Which property')}>
            <Select
              disabled={!track}
              value={value.property || undefined}
              placeholder={track ? t('选择一项', 'Choose one') : t('先选择行为', 'Choose the behaviour first')}
              notFoundContent={t('这个行为没有合适的项', 'This behaviour has none that fits')}
              options={(track?.properties ?? [])
                .filter(one => fitsKind(value.of, one.kind))
                .map(one => ({ value: one.key, label: fieldLabel(one) }))}
              onChange={property => onChange({ ...value, property })}
            />
          </Form.Item>
        )}
        {'days' in value && (
          <Form.Item label={t('最近多少天', 'Within how many days')}>
            <InputNumber
              min={1}
              max={3650}
              precision={0}
              value={value.days}
              placeholder={t('不限', 'Ever')}
              suffix={t('天', 'days')}
              style={{ width: '100%' }}
              onChange={days => onChange({ ...value, days })}
            />
          </Form.Item>
        )}
      </div>
    </>
  )
}
