import { type ClientRule, TagComputation, type TagKind, type TagSchedule, type TagValueKind } from '@banyan/shared'
import {
  Alert,
  App,
  AutoComplete,
  Button,
  ColorPicker,
  Form,
  Input,
  InputNumber,
  Segmented,
  Select,
  Skeleton,
  Switch,
} from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { RulePanel } from '../segments/rule-panel.tsx'
import { useSubjectTypes } from '../segments/subject-type.tsx'
import { problemsOf } from '../selection/problems.ts'
import { emptyConditions } from '../selection/rule-check.ts'
import { groupedRule } from '../selection/rule-tree.ts'
import type { ClientGroup } from '../selection/types.ts'
import { isWhole, newComputation } from './computation.ts'
import { ComputationPanel } from './computation-panel.tsx'
import { SchedulePanel } from './schedule-panel.tsx'
import { kindName, valueKindName } from './words.ts'

type Tag = Output<'tags.get'>
export type TagDraft = {
  name: string
  groupName: string
  color: string | null
  isExclusive: boolean
  description: string
  owner: string
  kind: TagKind
  valueKind: TagValueKind
  choices: string[]
  validDays: number | null
  typeId: number | null
  rule: ClientGroup
  computation: TagComputation
  schedule: TagSchedule
}

const BLANK: TagDraft = {
  name: '',
  groupName: '',
  color: '#1F7A4D',
  isExclusive: false,
  description: '',
  owner: '',
  kind: 'manual',
  valueKind: 'plain',
  choices: [],
  validDays: null,
  typeId: null,
  rule: { kind: 'all', rules: [] },
  computation: newComputation('count'),
  schedule: { when: 'atOnce' },
}

const draftOf = (tag: Tag): TagDraft => ({
  ...tag,
  rule: groupedRule(tag.rule as ClientRule | null),
  computation: tag.computation ? TagComputation.parse(tag.computation) : BLANK.computation,
  schedule: tag.schedule ?? BLANK.schedule,
})

export function TagEditorPage() {
  const tagId = Number(useParams().tagId) || null
  const tag = useCall('tags.get', { tagId: tagId ?? 0 }, { enabled: tagId !== null })
  return (
    <Page
      title={tagId ? t('修改标签', 'Edit the tag') : t('新建标签', 'New tag')}
      back={
        tagId
          ? { to: `/admin/tags/${tagId}`, label: tag.data?.name ?? t('标签', 'Tag') }
          : { to: '/admin/tags', label: t('标签', 'Tags') }
      }
    >
      {tagId ? (
        <Loaded of={tag} skeleton={<Skeleton active />}>
          {data => <Editor tagId={data.id} initial={draftOf(data)} />}
        </Loaded>
      ) : (
        <Editor tagId={null} initial={BLANK} />
      )}
    </Page>
  )
}

function Editor({ tagId, initial }: { tagId: number | null; initial: TagDraft }) {
  const [draft, setDraft] = useState(initial)
  const [failure, setFailure] = useState<unknown>(null)
  const { save, isBusy } = useSave(tagId, draft, setFailure)
  const change = (patch: Partial<TagDraft>) => {
    setFailure(null)
    setDraft({ ...draft, ...patch })
  }
  const catalogue = useCall('selection.catalogue', draft.typeId ? { typeId: draft.typeId } : {}, {
    staleTime: 60_000,
    enabled: draft.kind !== 'manual',
  })
  return (
    <div className="by-stack" style={{ maxWidth: 960 }}>
      {failure !== null && <Alert type="error" showIcon title={sentenceOf(failure)} />}
      <Basics draft={draft} onChange={change} isSaved={tagId !== null} />
      {draft.kind === 'manual' ? (
        <ByHand draft={draft} onChange={change} isSaved={tagId !== null} />
      ) : (
        <Loaded of={catalogue}>
          {data => (
            <>
              {draft.kind === 'rule' ? (
                <RulePanel
                  rule={draft.rule}
                  onChange={rule => change({ rule })}
                  catalogue={data}
                  problems={problemsOf(failure, draft.rule)}
                />
              ) : (
                <ComputationPanel value={draft.computation} onChange={computation => change({ computation })} catalogue={data} />
              )}
              <SchedulePanel kind={draft.kind} value={draft.schedule} onChange={schedule => change({ schedule })} />
            </>
          )}
        </Loaded>
      )}
      <div className="by-editor-save">
        <span className="by-small by-soft">
          {draft.kind === 'manual' ? '' : t('保存后会算出谁有这个标签', 'Saving works out who has it')}
        </span>
        <Button type="primary" disabled={!isReady(draft)} loading={isBusy} onClick={save}>
          {tagId ? t('保存', 'Save') : t('创建', 'Create')}
        </Button>
      </div>
    </div>
  )
}

function isReady(draft: TagDraft): boolean {
  if (!draft.name.trim()) return false
  if (draft.kind === 'rule') return draft.rule.rules.length > 0 && emptyConditions(draft.rule) === 0
  if (draft.kind === 'computed') return isWhole(draft.computation)
  return draft.valueKind !== 'choice' || draft.choices.length > 0
}

type Part = { draft: TagDraft; onChange: (patch: Partial<TagDraft>) => void; isSaved: boolean }

function Basics({ draft, onChange, isSaved }: Part) {
  const types = useSubjectTypes()
  const tags = useCall('tags.list', { pageSize: 200 })
  const groups = [...new Set((tags.data?.items ?? []).map(one => one.groupName).filter(Boolean))]
  return (
    <Panel title={t('标签', 'Tag')}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('名称', 'Name')}>
          <Input
            value={draft.name}
            maxLength={30}
            showCount
            autoFocus={!isSaved}
            onChange={event => onChange({ name: event.target.value })}
          />
        </Form.Item>
        <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 1fr))', columnGap: 16 }}>
          <Form.Item label={t('分类', 'Category')}>
            <AutoComplete
              value={draft.groupName}
              maxLength={30}
              options={groups.map(value => ({ value }))}
              placeholder={t('例如：肤质', 'For example: skin')}
              onChange={groupName => onChange({ groupName })}
            />
          </Form.Item>
          <Form.Item label={t('负责人', 'Owner')}>
            <Input
              value={draft.owner}
              maxLength={60}
              placeholder={t('谁来解释和维护它', 'Who answers for it')}
              onChange={event => onChange({ owner: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={t('颜色', 'Colour')}>
            <ColorPicker
              disabledAlpha
              value={draft.color ?? '#1F7A4D'}
              onChange={color => onChange({ color: color.toHexString().slice(0, 7) })}
              presets={[
                { label: t('常用', 'Usual'), colors: ['#1F7A4D', '#3F6FB5', '#C77700', '#7A5BA6', '#4F9DA6', '#C8372D'] },
              ]}
            />
          </Form.Item>
        </div>
        <Form.Item label={t('说明', 'Description')}>
          <Input.TextArea
            value={draft.description}
            maxLength={300}
            autoSize={{ minRows: 1, maxRows: 4 }}
            placeholder={t('什么样的人会有它，用来做什么', 'Who has it, and what it is for')}
            onChange={event => onChange({ description: event.target.value })}
          />
        </Form.Item>
        <div className="by-row by-wrap" style={{ gap: 24 }}>
          <Form.Item
            label={t('来源', 'Where it comes from')}
            extra={isSaved ? t('创建后不能改', 'Fixed once made') : kindHint(draft.kind)}
          >
            <Segmented
              disabled={isSaved}
              value={draft.kind}
              options={(['manual', 'rule', 'computed'] as const).map(value => ({ value, label: kindName(value) }))}
              onChange={kind => onChange({ kind })}
            />
          </Form.Item>
          {types.all.length > 0 && (
            <Form.Item label={t('用于', 'For')}>
              <Select
                disabled={isSaved}
                style={{ minWidth: 120 }}
                value={draft.typeId ?? 0}
                options={[
                  { value: 0, label: t('客户', 'People') },
                  ...types.all.map(type => ({ value: type.id, label: types.nameOf(type.id) })),
                ]}
                onChange={next => onChange({ typeId: next || null, rule: { kind: 'all', rules: [] } })}
              />
            </Form.Item>
          )}
        </div>
      </Form>
    </Panel>
  )
}

const kindHint = (kind: TagKind): string =>
  ({
    manual: t('店员、总部、活码、导入或接口打上', 'Put on by staff, headquarters, live codes, imports or the API'),
    rule: t('符合规则的人自动有，不符合就取下', 'Whoever fits a rule has it, and only they'),
    computed: t('从行为和资料算出一个值', 'A value worked out from what people did and are'),
  })[kind]

/** What only tags put on by hand have: their kind of value, how long they are valid, one of a heading. */
function ByHand({ draft, onChange, isSaved }: Part) {
  return (
    <Panel title={t('打标签时', 'When it is put on')}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('带的值', 'What it says')} extra={isSaved ? t('创建后不能改', 'Fixed once made') : undefined}>
          <Select
            disabled={isSaved}
            value={draft.valueKind}
            options={(['plain', 'choice', 'number', 'text'] as const).map(value => ({ value, label: valueKindName(value) }))}
            onChange={valueKind => onChange({ valueKind })}
          />
        </Form.Item>
        {draft.valueKind === 'choice' && (
          <Form.Item label={t('可选的值', 'Values')} extra={t('一个人只会有其中一个', 'Somebody has one of them at a time')}>
            <Select
              mode="tags"
              value={draft.choices}
              open={false}
              maxCount={100}
              placeholder={t('输入后回车，例如：干性', 'Type one and press Enter')}
              onChange={choices => onChange({ choices })}
            />
          </Form.Item>
        )}
        <Form.Item
          label={t('有效期', 'Valid for')}
          extra={t(
            '到期自动取下；重新打上会重新计时。修改只影响之后打上的。',
            'Comes off by itself; putting it on again starts anew. A change is for those put on later.',
          )}
        >
          <InputNumber
            min={1}
            max={3650}
            precision={0}
            value={draft.validDays}
            suffix={t('天', 'days')}
            placeholder={t('一直有效', 'For ever')}
            style={{ width: 160 }}
            onChange={validDays => onChange({ validDays })}
          />
        </Form.Item>
        {draft.groupName && (
          <Form.Item
            label={t('同一分类只能有一个', 'Only one of its category')}
            extra={t('打上这个，会取下同一分类的其他手工标签', 'Putting it on takes the others of its category off')}
          >
            <Switch checked={draft.isExclusive} onChange={isExclusive => onChange({ isExclusive })} />
          </Form.Item>
        )}
      </Form>
    </Panel>
  )
}

function useSave(tagId: number | null, draft: TagDraft, onFailure: (failure: unknown) => void) {
  const { message } = App.useApp()
  const navigate = useNavigate()
  const create = useCommand('tags.create', { refreshes: ['tags.', 'selection.'] })
  const update = useCommand('tags.update', { refreshes: ['tags.', 'selection.', 'people.', 'profiles.'] })
  const save = async () => {
    onFailure(null)
    const { kind, valueKind, typeId, rule, computation, schedule, choices, validDays, ...fields } = draft
    const changes = {
      name: fields.name,
      groupName: fields.groupName,
      color: fields.color,
      description: fields.description,
      owner: fields.owner,
      ...(kind === 'manual' ? { isExclusive: fields.isExclusive, validDays } : { schedule }),
      ...(kind === 'manual' && valueKind === 'choice' ? { choices } : {}),
      ...(kind === 'rule' ? { rule } : {}),
      ...(kind === 'computed' ? { computation } : {}),
    }
    try {
      const saved = tagId
        ? await update.mutateAsync({ tagId, ...changes })
        : await create.mutateAsync({
            ...changes,
            kind,
            valueKind: kind === 'manual' ? valueKind : 'plain',
            ...(typeId ? { typeId } : {}),
          })
      message.success(tagId ? t('已保存', 'Saved') : t('已创建', 'Created'))
      navigate(`/admin/tags/${saved.id}`)
    } catch (error) {
      onFailure(error)
    }
  }
  return { save, isBusy: create.isPending || update.isPending }
}
