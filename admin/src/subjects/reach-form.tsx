import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Segmented, Select } from 'antd'
import { t } from '../i18n.ts'
import { useReorder } from '../parts/use-reorder.tsx'
import { PERSON, type Reach, reachSentence, type Shape, wordOf } from './words.ts'

type Step = Reach['steps'][number]
const STEPS_MAX = 5

/** Relations to people in order, else an attribute that holds a phone; and what that means, in a sentence. */
export function ReachForm({
  shape,
  wrong,
  onChange,
}: {
  shape: Shape
  wrong: string
  onChange: (patch: Partial<Shape>) => void
}) {
  const { reach, attributes, relations } = shape
  const set = (patch: Partial<Reach>) => onChange({ reach: { ...reach, ...patch } })
  const order = useReorder(reach.steps, steps => set({ steps }))
  const people = relations.filter(one => one.to === PERSON && one.key)
  const phones = attributes.filter(one => one.kind === 'phone' && one.key)
  const options = [
    ...people.flatMap(one => [
      { value: `r:${one.key}:`, label: wordOf(one) },
      ...one.roles.map(role => ({ value: `r:${one.key}:${role}`, label: `${wordOf(one)} · ${role}` })),
    ]),
    ...phones.map(one => ({ value: `a:${one.key}`, label: t(`「${wordOf(one)}」里的电话`, `Phone in “${wordOf(one)}”`) })),
  ]
  const free = options.filter(option => !reach.steps.some(step => keyOf(step) === option.value))
  return (
    <div className="by-stack-s">
      {options.length === 0 && (
        <span className="by-soft">
          {t(
            '先加一种指向客户的关系，或一个电话属性，才有人可触达。',
            'Add a relation to people, or an attribute that holds a phone: then there is somebody to reach.',
          )}
        </span>
      )}
      {reach.steps.length > 1 && (
        <div>
          <Segmented<Reach['mode']>
            value={reach.mode}
            options={[
              { value: 'first', label: t('按顺序，第一个找得到的', 'In order, the first that is known') },
              { value: 'all', label: t('全部都联系', 'All of them') },
            ]}
            onChange={mode => set({ mode })}
          />
        </div>
      )}
      <ul className="by-attributes">
        {reach.steps.map((step, index) => {
          const { className, ...drag } = order.line(index)
          return (
            <li key={keyOf(step)} className={`${className} ${wrong === `reach.steps.${index}` ? 'is-wrong' : ''}`} {...drag}>
              {order.handle(index)}
              <span className="by-soft by-num">{index + 1}</span>
              <Select
                style={{ minWidth: 200 }}
                value={keyOf(step)}
                options={options.filter(option => option.value === keyOf(step) || free.includes(option))}
                onChange={next => set({ steps: reach.steps.map((one, at) => (at === index ? stepOf(next) : one)) })}
                aria-label={t(`第 ${index + 1} 位`, `Number ${index + 1}`)}
              />
              <span className="by-grow" />
              <Button
                type="text"
                className="by-faint"
                icon={<DeleteOutlined />}
                onClick={() => set({ steps: reach.steps.filter((_, at) => at !== index) })}
                aria-label={t('去掉', 'Remove')}
              />
            </li>
          )
        })}
      </ul>
      {free.length > 0 && reach.steps.length < STEPS_MAX && (
        <div>
          <Button icon={<PlusOutlined />} onClick={() => set({ steps: [...reach.steps, stepOf(free[0]?.value ?? '')] })}>
            {t('再加一位', 'One more')}
          </Button>
        </div>
      )}
      <div className="by-reach-say" aria-live="polite">
        {reachSentence(reach, attributes, relations)}
      </div>
    </div>
  )
}

const keyOf = (step: Step): string => (step.by === 'attribute' ? `a:${step.attribute}` : `r:${step.relation}:${step.role ?? ''}`)

function stepOf(key: string): Step {
  const [by, name = '', role = ''] = key.split(':')
  if (by === 'a') return { by: 'attribute', attribute: name }
  return { by: 'relation', relation: name, ...(role ? { role } : {}) }
}
