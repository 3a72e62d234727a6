import { TextCompare, type TextIs, textOps, Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { presenceOps } from '../presence.ts'
import type { OperatorFace } from '../types.ts'

export const text: OperatorFace<'text'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'text')
      .map(field => ({
        key: `text:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({ kind: 'text', field: field.key as 'city', is: { op: 'is', values: [] } }),
      })),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    const { is } = value
    return (
      <>
        <b>{field ? fieldLabel(field) : value.field}</b>
        {is.op === 'isSet' || is.op === 'isNotSet' ? (
          <Word
            value={is.op as string}
            options={[...presenceOps(), ...textOps()] as [string, string][]}
            onChange={op =>
              onChange({
                ...value,
                is:
                  op === 'isSet' || op === 'isNotSet'
                    ? { op }
                    : op === 'is' || op === 'isNot'
                      ? { op, values: [] }
                      : { op: op as 'contains', value: '' },
              })
            }
          />
        ) : (
          <>
            <TextCompare
              value={is as TextIs}
              choices={field?.choices?.map(choice => ({ value: choice.value, label: fieldLabel(choice) })) ?? null}
              onChange={next => onChange({ ...value, is: next })}
            />
            <PresenceSwitch onPick={op => onChange({ ...value, is: { op } })} />
          </>
        )}
      </>
    )
  },
}

/** A way from comparing to "has any value at all". */
export function PresenceSwitch({ onPick }: { onPick: (op: 'isSet' | 'isNotSet') => void }) {
  const [isSet, isNotSet] = presenceOps()
  return (
    <span className="by-presence">
      <button type="button" onClick={() => onPick('isSet')}>
        {isSet?.[1]}
      </button>
      <button type="button" onClick={() => onPick('isNotSet')}>
        {isNotSet?.[1]}
      </button>
    </span>
  )
}
