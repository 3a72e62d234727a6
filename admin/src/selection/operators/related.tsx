import { Select } from 'antd'
import { useCall } from '../../api/hooks.ts'
import { t } from '../../i18n.ts'
import { Loaded } from '../../parts/states.tsx'
import { PathContext, usePath } from '../builder-context.ts'
import { NumberCompare, Word } from '../compare.tsx'
import { groupLabel } from '../groups.ts'
import { relationKey, relationOf } from '../relations.ts'
import { RuleGroup } from '../rule-group.tsx'
import type { Catalogue, ClientConditionOf, ClientRule, OperatorFace } from '../types.ts'
import { isGroup } from '../types.ts'

type Related = ClientConditionOf<'related'>
type Relation = Catalogue['relations'][number]

/** "有 车辆（车主）：同时满足…", with a builder of its own over what the other type is asked. */
export const related: OperatorFace<'related'> = {
  entries: catalogue =>
    catalogue.relations.map(relation => ({
      key: `related:${relationKey(relation.path)}`,
      label: relation.name,
      group: groupLabel('related'),
      make: () => ({ kind: 'related', path: relation.path, test: { op: 'any' }, rule: { kind: 'all', rules: [] } }),
    })),
  Sentence({ value, onChange, catalogue }) {
    const relation = relationOf(catalogue, value.path)
    const { path, test } = value
    const setTest = (op: Related['test']['op']) =>
      onChange({ ...value, test: op === 'count' ? { op, is: { op: '>=', value: 2 } } : { op } })
    return (
      <>
        <Word<Related['test']['op']>
          value={test.op}
          options={[
            ['any', t('有任意一个', 'Has any')],
            ['none', t('没有', 'Has no')],
            ['every', t('每一个', 'Every')],
            ['count', t('数一数', 'Number of')],
          ]}
          onChange={setTest}
        />
        <b>{relation?.name ?? path.relation}</b>
        {(relation?.roles.length ?? 0) > 0 && (
          <Select
            size="small"
            variant="filled"
            allowClear
            popupMatchSelectWidth={false}
            placeholder={t('任何角色', 'Any role')}
            value={path.role}
            options={relation?.roles.map(role => ({ value: role, label: role }))}
            onChange={role => onChange({ ...value, path: { ...path, role: role || undefined } })}
            aria-label={t('角色', 'Role')}
          />
        )}
        {test.op === 'count' && (
          <NumberCompare
            value={test.is}
            suffix={t('个', '')}
            onChange={is => onChange({ ...value, test: { op: 'count', is } })}
          />
        )}
        {relation && <Inner value={value} relation={relation} onChange={rule => onChange({ ...value, rule })} />}
      </>
    )
  },
}

function Inner({ value, relation, onChange }: { value: Related; relation: Relation; onChange: (rule: ClientRule) => void }) {
  const path = usePath()
  const catalogue = useCall('selection.catalogue', relation.toTypeId ? { typeId: relation.toTypeId } : {}, { staleTime: 300_000 })
  const rule = isGroup(value.rule) ? value.rule : { kind: 'all' as const, rules: [value.rule] }
  return (
    <div className="by-related">
      <Loaded of={catalogue}>
        {data => (
          <PathContext.Provider value={`${path}.rule`}>
            <RuleGroup rule={rule} onChange={onChange} catalogue={data} />
          </PathContext.Provider>
        )}
      </Loaded>
    </div>
  )
}
