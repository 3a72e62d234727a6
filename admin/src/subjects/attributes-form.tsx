import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { ATTRIBUTES_MAX, AttributeKind, many } from '@banyan/shared'
import { App, Button, Checkbox, Input, Select } from 'antd'
import { call } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { t } from '../i18n.ts'
import { useReorder } from '../parts/use-reorder.tsx'
import { UsesList } from './uses.tsx'
import { type Attribute, kindName, type Shape, type SubjectType, wordOf } from './words.ts'

type Props = { shape: Shape; type?: SubjectType; wrong: string; onChange: (patch: Partial<Shape>) => void }

const MAY_BE_UNIQUE = new Set<Attribute['kind']>(['text', 'choice', 'number', 'phone'])

/** What is known of every subject of the type, in the order in which it is shown. */
export function AttributesForm({ shape, type, wrong, onChange }: Props) {
  const { attributes } = shape
  const set = (next: Attribute[]) => onChange({ attributes: next })
  const order = useReorder(attributes, set)
  const remove = useRemove(type, key =>
    onChange({
      attributes: attributes.filter(one => one.key !== key),
      titleAttribute: shape.titleAttribute === key ? null : shape.titleAttribute,
      reach: { ...shape.reach, steps: shape.reach.steps.filter(step => step.by !== 'attribute' || step.attribute !== key) },
    }),
  )
  return (
    <div className="by-stack-s">
      <ul className="by-attributes">
        {attributes.map((attribute, index) => {
          const { className, ...drag } = order.line(index)
          const isWrong = wrong.startsWith(`attributes.${attribute.key}`) && attribute.key !== ''
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a key is typed letter by letter and may be empty
            <li key={index} className={`${className} ${isWrong ? 'is-wrong' : ''}`} {...drag}>
              {order.handle(index)}
              <Line
                attribute={attribute}
                isStored={type?.attributes.some(one => one.key === attribute.key) ?? false}
                hasData={(type?.subjectCount ?? 0) > 0}
                onChange={next => set(attributes.map((one, at) => (at === index ? next : one)))}
                onRemove={() => (attribute.key === '' ? set(attributes.filter((_, at) => at !== index)) : void remove(attribute))}
              />
            </li>
          )
        })}
      </ul>
      {attributes.length < ATTRIBUTES_MAX && (
        <div>
          <Button
            icon={<PlusOutlined />}
            onClick={() =>
              set([
                ...attributes,
                { key: '', zh: '', en: '', kind: 'text', choices: [], isUnique: false, isRequired: false, unit: '' },
              ])
            }
          >
            {t('加一个属性', 'Add an attribute')}
          </Button>
        </div>
      )}
    </div>
  )
}

function Line({
  attribute,
  isStored,
  hasData,
  onChange,
  onRemove,
}: {
  attribute: Attribute
  isStored: boolean
  hasData: boolean
  onChange: (attribute: Attribute) => void
  onRemove: () => void
}) {
  const set = (patch: Partial<Attribute>) => onChange({ ...attribute, ...patch })
  const { kind } = attribute
  return (
    <>
      <Input
        style={{ flex: '1 1 110px' }}
        value={attribute.zh}
        maxLength={20}
        placeholder={t('中文名', 'In Chinese')}
        onChange={event => set({ zh: event.target.value })}
        aria-label={t('中文名', 'In Chinese')}
      />
      <Input
        style={{ flex: '1 1 110px' }}
        value={attribute.en}
        maxLength={40}
        placeholder={t('英文名', 'In English')}
        onChange={event => set({ en: event.target.value })}
        aria-label={t('英文名', 'In English')}
      />
      <Input
        style={{ flex: '1 1 110px' }}
        className="by-mono"
        value={attribute.key}
        disabled={isStored}
        maxLength={40}
        placeholder={t('标识', 'Key')}
        onChange={event => set({ key: event.target.value.trim() })}
        aria-label={t('标识', 'Key')}
      />
      <Select
        style={{ width: 108 }}
        value={kind}
        disabled={isStored && hasData}
        title={isStored && hasData ? t('已有数据，类型不能改', 'There is data: its kind is fixed') : undefined}
        options={AttributeKind.options.map(value => ({ value, label: kindName(value) }))}
        onChange={next => set({ kind: next, isUnique: attribute.isUnique && MAY_BE_UNIQUE.has(next) })}
        aria-label={t('类型', 'Kind')}
      />
      {kind === 'number' && (
        <Input
          style={{ width: 84 }}
          value={attribute.unit}
          maxLength={10}
          placeholder={t('单位', 'Unit')}
          onChange={event => set({ unit: event.target.value })}
          aria-label={t('单位', 'Unit')}
        />
      )}
      <Checkbox checked={attribute.isRequired} onChange={event => set({ isRequired: event.target.checked })}>
        {t('必填', 'Required')}
      </Checkbox>
      {MAY_BE_UNIQUE.has(kind) && (
        <Checkbox
          checked={attribute.isUnique}
          disabled={isStored && hasData && !attribute.isUnique}
          onChange={event => set({ isUnique: event.target.checked })}
        >
          {t('唯一', 'Unique')}
        </Checkbox>
      )}
      <Button
        type="text"
        className="by-faint"
        icon={<DeleteOutlined />}
        onClick={onRemove}
        aria-label={t('删除属性', 'Remove')}
      />
      {(kind === 'choice' || kind === 'list') && (
        <span className="by-second">
          <span className="by-small by-soft">{t('可选值', 'Choices')}</span>
          <Select
            mode="tags"
            style={{ flex: 1, minWidth: 200 }}
            tokenSeparators={[',', '，', '、']}
            value={attribute.choices.map(choice => choice.value)}
            placeholder={t(
              '输入后回车，一次可贴多个；不填就什么都收',
              'Type and press Enter, or paste several; empty takes anything',
            )}
            options={attribute.choices.map(choice => ({ value: choice.value, label: choice.zh }))}
            onChange={(values: string[]) =>
              set({
                choices: values.map(
                  value => attribute.choices.find(one => one.value === value) ?? { value, zh: value.slice(0, 30) },
                ),
              })
            }
            aria-label={t('可选值', 'Choices')}
          />
        </span>
      )}
    </>
  )
}

/** Before an attribute goes, everybody who uses it is asked; what is in use stays, and says where. */
function useRemove(type: SubjectType | undefined, onRemove: (key: string) => void) {
  const { modal, message } = App.useApp()
  return async (attribute: Attribute) => {
    if (!type?.attributes.some(one => one.key === attribute.key)) return onRemove(attribute.key)
    try {
      const uses = await call('subjectTypes.uses', { typeId: type.id, attribute: attribute.key })
      const others = uses.filter(use => use.place !== 'reach' && use.place !== 'title')
      if (others.length > 0)
        return modal.info({
          title: t(`「${wordOf(attribute)}」还在使用，不能删除`, `“${wordOf(attribute)}” is in use and cannot go`),
          content: <UsesList uses={others} />,
          okText: t('知道了', 'Close'),
        })
      modal.confirm({
        title: t(`删除属性「${wordOf(attribute)}」？`, `Remove “${wordOf(attribute)}”?`),
        content: t(
          `保存后，${type.subjectCount} 条数据里的这一项不再显示。`,
          `Once saved, it no longer shows on ${many(type.subjectCount, 'subject')}.`,
        ),
        okText: t('删除属性', 'Remove'),
        okButtonProps: { danger: true },
        cancelText: t('先不', 'Not now'),
        onOk: () => onRemove(attribute.key),
      })
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
}
