import { type ClientRule, TagComputation } from '@banyan/shared'
import { Alert, App, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Page } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { RulePanel } from '../segments/rule-panel.tsx'
import { problemsOf } from '../selection/problems.ts'
import { emptyConditions } from '../selection/rule-check.ts'
import { groupedRule } from '../selection/rule-tree.ts'
import { Basics } from './basics.tsx'
import { ByHand } from './by-hand.tsx'
import { isWhole } from './computation.ts'
import { ComputationPanel } from './computation-panel.tsx'
import { BLANK, type TagDraft } from './draft.ts'
import { SchedulePanel } from './schedule-panel.tsx'

type Tag = Output<'tags.get'>
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
