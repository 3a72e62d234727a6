import { Select } from 'antd'
import { t } from '../../i18n.ts'
import { NumberCompare, numberOps, Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { presenceOps } from '../presence.ts'
import type { OperatorFace } from '../types.ts'
import { renderValue, valueOptions } from '../values.tsx'

export const number: OperatorFace<'number'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'number')
      .map(field => ({
        key: `number:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({
          kind: 'number',
          field: field.key,
          is: { op: '>=', value: field.unit === 'fen' ? 100_000 : 1 },
        }),
      })),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    const { is } = value
    const suffix = unitWord(field?.unit ?? null)
    const isPresence = is.op === 'isSet' || is.op === 'isNotSet'
    return (
      <>
        <b>{field ? fieldLabel(field) : value.field}</b>
        {isPresence ? (
          <Word
            value={is.op as string}
            options={[...presenceOps(), ...numberOps()] as [string, string][]}
            onChange={op =>
              onChange({
                ...value,
                is:
                  op === 'isSet' || op === 'isNotSet'
                    ? { op }
                    : op === 'between' || op === 'notBetween'
                      ? { op, from: 0, to: 1 }
                      : { op: op as '>=', value: 1 },
              })
            }
          />
        ) : field?.choices && 'value' in is ? (
          <>
            <Word
              value={is.op}
              options={numberOps().filter(([op]) => op !== 'between' && op !== 'notBetween') as never}
              onChange={op => onChange({ ...value, is: { op: op as '>=', value: is.value } })}
            />
            <Select
              size="small"
              variant="filled"
              popupMatchSelectWidth={false}
              value={String(is.value)}
              options={valueOptions(field.choices)}
              optionRender={renderValue}
              onChange={next => onChange({ ...value, is: { ...is, value: Number(next) } })}
            />
          </>
        ) : (
          <NumberCompare
            value={is as never}
            isMoney={field?.unit === 'fen'}
            suffix={suffix}
            onPresence={op => onChange({ ...value, is: { op } })}
            onChange={next => onChange({ ...value, is: next })}
          />
        )}
      </>
    )
  },
}

/** What stands behind a typed number; money stands in front, and ranks have names. */
function unitWord(unit: string | null): string | undefined {
  const named: Record<string, string | undefined> = {
    fen: undefined,
    rank: undefined,
    points: t('分', 'points'),
    times: t('次', 'times'),
    days: t('天', 'days'),
  }
  return unit === null ? undefined : unit in named ? named[unit] : unit
}
