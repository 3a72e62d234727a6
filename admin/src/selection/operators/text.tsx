import { TextCompare, type TextIs, textOps, Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { presenceOps } from '../presence.ts'
import type { OperatorFace } from '../types.ts'
import { valueOptions } from '../values.tsx'

export const text: OperatorFace<'text'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'text')
      .map(field => ({
        key: `text:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({ kind: 'text', field: field.key, is: { op: 'is', values: [] } }),
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
          <TextCompare
            value={is as TextIs}
            choices={field?.choices ? valueOptions(field.choices) : null}
            onPresence={op => onChange({ ...value, is: { op } })}
            onChange={next => onChange({ ...value, is: next })}
          />
        )}
      </>
    )
  },
}
