import { InputNumber } from 'antd'
import { t } from '../../i18n.ts'
import { Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { presenceOps } from '../presence.ts'
import type { ClientConditionOf, OperatorFace } from '../types.ts'

type Is = ClientConditionOf<'location'>['is']
type Near = Extract<Is, { latitude: number }>
/** The middle of Shanghai, to have something to change. */
const START = { latitude: 31.2304, longitude: 121.4737, kilometres: 5 }

/** "位置 在 31.2304, 121.4737 的 5 公里内" */
export const location: OperatorFace<'location'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'location')
      .map(field => ({
        key: `location:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({ kind: 'location', field: field.key, is: { op: 'near', ...START } }),
      })),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    const { is } = value
    const set = (next: Is) => onChange({ ...value, is: next })
    const setOp = (op: Is['op']) =>
      set(op === 'isSet' || op === 'isNotSet' ? { op } : { ...START, ...('latitude' in is ? is : {}), op })
    return (
      <>
        <b>{field ? fieldLabel(field) : value.field}</b>
        <Word<Is['op']>
          value={is.op}
          options={[['near', t('在附近', 'is near')], ['notNear', t('不在附近', 'is not near')], ...presenceOps()]}
          onChange={setOp}
        />
        {'latitude' in is && <Point is={is} onChange={set} />}
      </>
    )
  },
}

function Point({ is, onChange }: { is: Near; onChange: (is: Near) => void }) {
  return (
    <>
      <Degrees
        value={is.latitude}
        limit={90}
        label={t('纬度', 'Latitude')}
        onChange={latitude => onChange({ ...is, latitude })}
      />
      <Degrees
        value={is.longitude}
        limit={180}
        label={t('经度', 'Longitude')}
        onChange={longitude => onChange({ ...is, longitude })}
      />
      <span className="by-soft">{t('方圆', 'within')}</span>
      <InputNumber
        size="small"
        variant="filled"
        min={0.1}
        max={20_000}
        style={{ width: 76 }}
        value={is.kilometres}
        onChange={next => onChange({ ...is, kilometres: Number(next ?? 1) })}
        aria-label={t('公里', 'Kilometres')}
      />
      <span>{t('公里', 'km')}</span>
    </>
  )
}

/** One coordinate, in degrees. */
function Degrees(props: { value: number; limit: number; label: string; onChange: (value: number) => void }) {
  return (
    <InputNumber
      size="small"
      variant="filled"
      controls={false}
      min={-props.limit}
      max={props.limit}
      style={{ width: 128 }}
      prefix={<span className="by-small by-faint">{props.label}</span>}
      value={props.value}
      onChange={next => props.onChange(Number(next ?? 0))}
      aria-label={props.label}
    />
  )
}
