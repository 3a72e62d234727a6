import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { t } from '../i18n.ts'
import { useReorder } from '../parts/use-reorder.tsx'
import { PERSON, type Relation, type Shape, type SubjectType, wordOf } from './words.ts'

type Props = {
  shape: Shape
  type?: SubjectType
  types: SubjectType[]
  wrong: string
  onChange: (patch: Partial<Shape>) => void
}

const RELATIONS_MAX = 10

/** Whom or what a subject belongs to: 车主 → 客户. */
export function RelationsForm({ shape, type, types, wrong, onChange }: Props) {
  const { relations } = shape
  const set = (next: Relation[]) => onChange({ relations: next })
  const order = useReorder(relations, set)
  const targets = [
    { value: PERSON, label: t('客户', 'Person') },
    ...types.map(one => ({ value: one.key, label: wordOf(one) })),
    ...(type || !shape.key ? [] : [{ value: shape.key, label: shape.zh || shape.key }]),
  ]
  return (
    <div className="by-stack-s">
      <ul className="by-attributes">
        {relations.map((relation, index) => {
          const { className, ...drag } = order.line(index)
          const isStored = type?.relations.some(one => one.key === relation.key) ?? false
          const isWrong = relation.key !== '' && wrong === `relations.${relation.key}`
          const change = (patch: Partial<Relation>) =>
            set(relations.map((one, at) => (at === index ? { ...one, ...patch } : one)))
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a key is typed letter by letter and may be empty
            <li key={index} className={`${className} ${isWrong ? 'is-wrong' : ''}`} {...drag}>
              {order.handle(index)}
              <Input
                style={{ flex: '1 1 110px' }}
                value={relation.zh}
                maxLength={20}
                placeholder={t('中文名', 'In Chinese')}
                onChange={event => change({ zh: event.target.value })}
                aria-label={t('中文名', 'In Chinese')}
              />
              <Input
                style={{ flex: '1 1 110px' }}
                value={relation.en}
                maxLength={40}
                placeholder="Owner"
                onChange={event => change({ en: event.target.value })}
                aria-label={t('英文名', 'In English')}
              />
              <Input
                style={{ flex: '1 1 110px' }}
                className="by-mono"
                value={relation.key}
                disabled={isStored}
                maxLength={40}
                placeholder="owner"
                onChange={event => change({ key: event.target.value.trim() })}
                aria-label={t('标识', 'Key')}
              />
              <span className="by-soft">{t('是', 'is')}</span>
              <Select
                style={{ width: 128 }}
                value={relation.isMany ? 'many' : 'one'}
                options={[
                  { value: 'one', label: t('同时一个', 'one at a time') },
                  { value: 'many', label: t('可以多个', 'several') },
                ]}
                onChange={next => change({ isMany: next === 'many' })}
                aria-label={t('几个', 'How many')}
              />
              <Select
                style={{ width: 128 }}
                value={relation.to}
                disabled={isStored}
                options={targets}
                onChange={to => change({ to })}
                aria-label={t('指向', 'Leads to')}
              />
              <Button
                type="text"
                className="by-faint"
                icon={<DeleteOutlined />}
                onClick={() =>
                  onChange({
                    relations: relations.filter((_, at) => at !== index),
                    reach: {
                      ...shape.reach,
                      steps: shape.reach.steps.filter(step => step.by !== 'relation' || step.relation !== relation.key),
                    },
                  })
                }
                aria-label={t('删除关系', 'Remove')}
              />
              <span className="by-second">
                <span className="by-small by-soft">{t('角色', 'Roles')}</span>
                <Select
                  mode="tags"
                  style={{ flex: 1, minWidth: 200 }}
                  tokenSeparators={[',', '，', '、']}
                  value={relation.roles}
                  placeholder={t('法人、采购…；不分角色就留空', 'Legal representative, buyer…; empty when there are none')}
                  onChange={(roles: string[]) => change({ roles: roles.slice(0, 10) })}
                  aria-label={t('角色', 'Roles')}
                />
              </span>
            </li>
          )
        })}
      </ul>
      {relations.length < RELATIONS_MAX && (
        <div>
          <Button
            icon={<PlusOutlined />}
            onClick={() => set([...relations, { key: '', zh: '', en: '', to: PERSON, isMany: false, roles: [] }])}
          >
            {t('加一种关系', 'Add a relation')}
          </Button>
        </div>
      )}
    </div>
  )
}
