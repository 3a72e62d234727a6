import { Alert, App, Button, Input, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { RuleBuilder } from '../selection/rule-builder.tsx'
import { emptyConditions } from '../selection/rule-check.ts'
import { type ClientGroup, type ClientRule, isGroup } from '../selection/types.ts'
import { useEstimate } from '../selection/use-parts.ts'
import { EstimatePanel } from './estimate-panel.tsx'
import { ExplainPanel } from './explain-panel.tsx'
import { Starters } from './starters.tsx'

const DRAFT_KEY = 'banyan.draft.segment.new'
type Draft = { name: string; description: string; rule: ClientGroup }
const blank = (): Draft => ({ name: '', description: '', rule: { kind: 'all', rules: [] } })

export function SegmentEditorPage() {
  const { segmentId } = useParams()
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
          {data => (
            <Editor
              segmentId={data.id}
              initial={{ name: data.name, description: data.description, rule: grouped(data.rule as ClientRule | null) }}
            />
          )}
        </Loaded>
      ) : (
        <Editor initial={keptDraft()} />
      )}
    </Page>
  )
}

function Editor({ segmentId, initial }: { segmentId?: number; initial: Draft }) {
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(initial)
  const [failure, setFailure] = useState<string | null>(null)
  const catalogue = useCall('selection.catalogue', {}, { staleTime: 300_000 })
  const create = useCommand('segments.create')
  const update = useCommand('segments.update')
  const missing = emptyConditions(draft.rule)
  const estimate = useEstimate(draft.rule, null)

  useEffect(() => {
    if (!segmentId) localStorage.setItem(DRAFT_KEY, JSON.stringify(draft))
  }, [draft, segmentId])

  const save = async (kind: 'dynamic' | 'static') => {
    setFailure(null)
    if (!draft.name.trim()) return setFailure(t('请给人群起个名字', 'Give it a name'))
    try {
      const { name, description, rule } = draft
      const saved = segmentId
        ? await update.mutateAsync({ segmentId, name, description, rule })
        : await create.mutateAsync({ kind, name, description, rule })
      localStorage.removeItem(DRAFT_KEY)
      message.success(t('已保存，正在计算成员', 'Saved; computing its members'))
      navigate(`/admin/segments/${saved.id}`)
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  const isBusy = create.isPending || update.isPending
  const cannotSave = draft.rule.rules.length === 0 || missing > 0

  return (
    <div className="by-editor">
      <div className="by-stack">
        {failure && <Alert type="error" showIcon title={failure} />}
        <Panel>
          <div className="by-stack-s">
            <Input
              size="large"
              variant="borderless"
              style={{ fontSize: 18, fontWeight: 600, paddingInline: 0 }}
              value={draft.name}
              maxLength={60}
              placeholder={t('人群名称，例如：90 天内高价值客户', 'Name, for example: high value in 90 days')}
              onChange={event => setDraft({ ...draft, name: event.target.value })}
              aria-label={t('人群名称', 'Name')}
            />
            <Input
              variant="borderless"
              style={{ paddingInline: 0 }}
              value={draft.description}
              maxLength={300}
              placeholder={t('用来做什么（可选）', 'What it is for (optional)')}
              onChange={event => setDraft({ ...draft, description: event.target.value })}
              aria-label={t('说明', 'Description')}
            />
          </div>
        </Panel>
        <Panel title={t('选出这样的客户', 'People who')}>
          <Loaded of={catalogue}>
            {data => (
              <>
                <RuleBuilder rule={draft.rule} onChange={rule => setDraft({ ...draft, rule })} catalogue={data} />
                {draft.rule.rules.length === 0 && <Starters catalogue={data} onPick={rule => setDraft({ ...draft, rule })} />}
              </>
            )}
          </Loaded>
        </Panel>
        <div className="by-editor-save">
          <span className="by-small by-soft">
            {missing > 0
              ? t(`还有 ${missing} 个条件没有填完`, `${missing} conditions are not complete`)
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
                title={t('把此刻的人定下来，以后不再变化', 'Fixes the people of this moment')}
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
        <EstimatePanel estimate={estimate} isComplete={missing === 0} hasRule={draft.rule.rules.length > 0} />
        <ExplainPanel rule={draft.rule} isReady={draft.rule.rules.length > 0 && missing === 0} />
      </aside>
    </div>
  )
}

const grouped = (rule: ClientRule | null): ClientGroup =>
  rule === null ? { kind: 'all', rules: [] } : isGroup(rule) ? rule : { kind: 'all', rules: [rule] }

function keptDraft(): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(DRAFT_KEY) ?? '') as Draft
    return kept.rule?.rules ? kept : blank()
  } catch {
    return blank()
  }
}
