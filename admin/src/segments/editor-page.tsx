import { many } from '@banyan/shared'
import { Alert, App, Button, Input, Select, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { problemsOf } from '../selection/problems.ts'
import { emptyConditions } from '../selection/rule-check.ts'
import { groupedRule } from '../selection/rule-tree.ts'
import type { Catalogue, ClientGroup, ClientRule } from '../selection/types.ts'
import { useEstimate } from '../selection/use-parts.ts'
import { EstimatePanel } from './estimate-panel.tsx'
import { ExplainPanel } from './explain-panel.tsx'
import { RulePanel } from './rule-panel.tsx'
import { SamplePanel } from './sample-panel.tsx'
import { useSubjectTypes } from './subject-type.tsx'

const DRAFT_KEY = 'banyan.draft.segment.new'
type Draft = { name: string; description: string; typeId: number | null; rule: ClientGroup }

export function SegmentEditorPage() {
  const { segmentId } = useParams()
  const [params] = useSearchParams()
  const segment = useCall('segments.get', { segmentId: Number(segmentId) }, { enabled: Boolean(segmentId) })
  return (
    <Page
      title={segmentId ? t('修改人群', 'Edit the segment') : t('新建人群', 'New segment')}
      back={
        segmentId
          ? { to: `/admin/segments/${segmentId}`, label: segment.data?.name ?? t('人群', 'Segment') }
          : { to: '/admin/segments', label: t('人群', 'Segments') }
      }
    >
      {segmentId ? (
        <Loaded of={segment} skeleton={<Skeleton active />}>
          {({ id, name, description, typeId, rule }) => (
            <Editor segmentId={id} initial={{ name, description, typeId, rule: groupedRule(rule as ClientRule | null) }} />
          )}
        </Loaded>
      ) : (
        <Editor initial={keptDraft(Number(params.get('typeId')) || null)} />
      )}
    </Page>
  )
}

function Editor({ segmentId, initial }: { segmentId?: number; initial: Draft }) {
  const [draft, setDraft] = useState(initial)
  const { typeId } = draft
  const catalogue = useCall('selection.catalogue', typeId ? { typeId } : {}, { staleTime: 300_000 })

  useEffect(() => {
    if (!segmentId) localStorage.setItem(DRAFT_KEY, JSON.stringify(draft))
  }, [draft, segmentId])

  return (
    // What one type is asked, another does not know: the editor begins anew.
    <Loaded of={catalogue} key={typeId}>
      {data => <Whole draft={draft} setDraft={setDraft} catalogue={data} segmentId={segmentId} />}
    </Loaded>
  )
}

function Whole({
  draft,
  setDraft,
  catalogue,
  segmentId,
}: {
  draft: Draft
  setDraft: (draft: Draft) => void
  catalogue: Catalogue
  segmentId?: number
}) {
  const [failure, setFailure] = useState<unknown>(null)
  const missing = emptyConditions(draft.rule)
  const estimate = useEstimate(draft.rule, draft.typeId)
  const { save, isBusy } = useSave(draft, segmentId, setFailure)
  const cannotSave = draft.rule.rules.length === 0 || missing > 0
  const problems = problemsOf(failure ?? (estimate.isFetching ? null : estimate.error), draft.rule)
  const change = (patch: Partial<Draft>) => {
    setFailure(null)
    setDraft({ ...draft, ...patch })
  }
  return (
    <div className="by-editor">
      <div className="by-stack">
        {failure !== null && <Alert type="error" showIcon title={sentenceOf(failure)} />}
        <Heading draft={draft} onChange={change} isSaved={segmentId !== undefined} />
        <RulePanel rule={draft.rule} onChange={rule => change({ rule })} catalogue={catalogue} problems={problems} />
        <div className="by-editor-save">
          <span className="by-small by-soft">
            {missing > 0
              ? t(`还有 ${missing} 个条件没有填完`, `${many(missing, 'condition')} not complete`)
              : segmentId
                ? ''
                : t('草稿会自动保存', 'Drafts are kept')}
          </span>
          <div className="by-actions">
            {!segmentId && (
              <Button
                disabled={cannotSave}
                loading={isBusy}
                onClick={() => save('static')}
                title={t('把此刻的名单定下来，以后不再变化', 'Fixes the list of this moment')}
              >
                {t('存为静态名单', 'Save as a fixed list')}
              </Button>
            )}
            <Button type="primary" disabled={cannotSave} loading={isBusy} onClick={() => save('dynamic')}>
              {t('保存人群', 'Save')}
            </Button>
          </div>
        </div>
      </div>
      <aside className="by-editor-preview by-stack">
        <EstimatePanel estimate={estimate} rule={draft.rule} catalogue={catalogue} />
        <SamplePanel rule={draft.rule} typeId={draft.typeId} isReady={draft.rule.rules.length > 0 && missing === 0} />
        <ExplainPanel rule={draft.rule} typeId={draft.typeId} isReady={draft.rule.rules.length > 0 && missing === 0} />
      </aside>
    </div>
  )
}

function useSave(draft: Draft, segmentId: number | undefined, onFailure: (failure: unknown) => void) {
  const { message } = App.useApp()
  const navigate = useNavigate()
  const create = useCommand('segments.create')
  const update = useCommand('segments.update')
  const save = async (kind: 'dynamic' | 'static') => {
    onFailure(null)
    if (!draft.name.trim()) return onFailure(new Error(t('请给人群起个名字', 'Give it a name')))
    const { name, description, rule, typeId } = draft
    try {
      const saved = segmentId
        ? await update.mutateAsync({ segmentId, name, description, rule })
        : await create.mutateAsync({ kind, name, description, rule, ...(typeId ? { typeId } : {}) })
      localStorage.removeItem(DRAFT_KEY)
      message.success(t('已保存，正在计算成员', 'Saved; computing its members'))
      navigate(`/admin/segments/${saved.id}`)
    } catch (error) {
      onFailure(error)
    }
  }
  return { save, isBusy: create.isPending || update.isPending }
}

/** Its name, what it is for, and of what it is a selection; that is fixed once saved. */
function Heading({ draft, onChange, isSaved }: { draft: Draft; onChange: (patch: Partial<Draft>) => void; isSaved: boolean }) {
  const types = useSubjectTypes()
  return (
    <Panel>
      <div className="by-stack-s">
        <Input
          size="large"
          variant="borderless"
          style={{ fontSize: 18, fontWeight: 600, paddingInline: 0 }}
          value={draft.name}
          maxLength={60}
          placeholder={t('人群名称，例如：90 天内高价值客户', 'Name, for example: high value in 90 days')}
          onChange={event => onChange({ name: event.target.value })}
          aria-label={t('人群名称', 'Name')}
        />
        <Input
          variant="borderless"
          style={{ paddingInline: 0 }}
          value={draft.description}
          maxLength={300}
          placeholder={t('用来做什么（可选）', 'What it is for (optional)')}
          onChange={event => onChange({ description: event.target.value })}
          aria-label={t('说明', 'Description')}
        />
        {types.all.length > 0 && (
          <div className="by-row by-wrap">
            <span className="by-soft">{t('圈选的是', 'A selection of')}</span>
            <Select
              size="small"
              popupMatchSelectWidth={false}
              style={{ minWidth: 96 }}
              disabled={isSaved}
              value={draft.typeId ?? 0}
              options={[
                { value: 0, label: t('客户', 'People') },
                ...types.all.map(type => ({ value: type.id, label: types.nameOf(type.id) })),
              ]}
              onChange={next => onChange({ typeId: next || null, rule: { kind: 'all', rules: [] } })}
              aria-label={t('圈选的是', 'A selection of')}
            />
            {!isSaved && draft.rule.rules.length > 0 && (
              <span className="by-small by-faint">{t('换类型会清空条件', 'Another type clears the conditions')}</span>
            )}
          </div>
        )}
      </div>
    </Panel>
  )
}

/** What was being written, or a blank page; a link may ask for a type of its own. */
function keptDraft(typeId: number | null): Draft {
  const blank: Draft = { name: '', description: '', typeId, rule: { kind: 'all', rules: [] } }
  try {
    const kept = JSON.parse(localStorage.getItem(DRAFT_KEY) ?? '') as Draft
    if (!kept.rule?.rules || (typeId !== null && kept.typeId !== typeId)) return blank
    return { ...blank, ...kept, typeId: kept.typeId ?? null }
  } catch {
    return blank
  }
}
