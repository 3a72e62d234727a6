import { Alert, Button, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { OfOneBrand } from '../parts/of-one-brand.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import type { Catalogue } from '../selection/types.ts'
import { blankStage, type Draft, draftOf, inputOf, keepDraft, keptDraft, missingIn, readyDraft } from './draft.ts'
import { PreviewPanel, usePreview } from './preview-panel.tsx'
import { StageDrafts } from './stage-drafts.tsx'
import './lifecycle.css'

type Lifecycle = Output<'lifecycle.get'>

/** The stages as a draft: what it would do stands beside it, and nothing moves before it is put in force. */
export function LifecycleEditorPage() {
  return (
    <Page
      title={t('修改生命周期阶段', 'Edit the lifecycle stages')}
      text={t(
        '从上到下，第一个符合的阶段；拖动或用上下键换顺序。',
        'The first that fits, from the top; drag, or use the arrow keys, to reorder.',
      )}
      back={{ to: '/admin/lifecycle', label: t('生命周期', 'Lifecycle') }}
    >
      <OfOneBrand>
        <Loading />
      </OfOneBrand>
    </Page>
  )
}

function Loading() {
  const brandId = useBrandId() as number
  const lifecycle = useCall('lifecycle.get', {}, { refetchOnWindowFocus: false })
  const catalogue = useCall('selection.catalogue', {}, { staleTime: 300_000 })
  return (
    <Loaded of={lifecycle}>
      {found => (
        <Loaded of={catalogue}>{data => <Editor key={brandId} brandId={brandId} lifecycle={found} catalogue={data} />}</Loaded>
      )}
    </Loaded>
  )
}

type Props = { brandId: number; lifecycle: Lifecycle; catalogue: Catalogue }

function Editor({ brandId, lifecycle, catalogue }: Props) {
  const [params] = useSearchParams()
  const [kept] = useState(() => keptDraft(brandId, lifecycle))
  const [draft, setDraft] = useState<Draft>(() => kept ?? beginning(lifecycle, params.get('from')))
  const [recallMonths, setRecall] = useState(lifecycle.isSetUp ? 0 : 12)
  const [failure, setFailure] = useState<unknown>(null)
  const preview = usePreview(draft)
  const { ask, isBusy } = usePut({
    brandId,
    draft,
    lifecycle,
    recallMonths,
    movedCount: preview.data?.movedCount,
    onFailure: setFailure,
  })
  const change = (next: Draft) => {
    setFailure(null)
    setDraft(next)
    keepDraft(brandId, next)
  }
  const begin = (next: Draft) => {
    setFailure(null)
    setDraft(next)
    keepDraft(brandId, null)
  }
  return (
    <div className="by-editor">
      <div className="by-stack">
        {failure !== null && <Alert type="error" showIcon title={sentenceOf(failure)} />}
        <Panel
          title={t('阶段', 'Stages')}
          extra={
            <Button size="small" onClick={() => change(readyDraft())}>
              {t('载入现成的五个阶段', 'Load the five ready-made stages')}
            </Button>
          }
        >
          <StageDrafts draft={draft} onChange={change} catalogue={catalogue} />
        </Panel>
        {!lifecycle.isSetUp && <Recall value={recallMonths} onChange={setRecall} />}
        <div className="by-editor-save">
          <span className="by-small by-soft">
            {missingIn(draft) ?? t('草稿会自动保存在这台电脑上', 'Drafts are kept on this computer')}
            {kept && (
              <Button size="small" type="link" onClick={() => begin(beginning(lifecycle, params.get('from')))}>
                {t('放弃草稿', 'Discard the draft')}
              </Button>
            )}
          </span>
          <div className="by-actions">
            <Button type="primary" disabled={missingIn(draft) !== null} loading={isBusy} onClick={ask}>
              {t('生效', 'Put in force')}
            </Button>
          </div>
        </div>
      </div>
      <aside className="by-editor-preview by-stack">
        <PreviewPanel draft={draft} preview={preview} lifecycle={lifecycle} />
      </aside>
    </div>
  )
}

function beginning(lifecycle: Lifecycle, from: string | null): Draft {
  if (lifecycle.isSetUp) return draftOf(lifecycle)
  if (from === 'blank') return { stages: [blankStage([])], rest: { name: t('其他', 'Others'), color: '#66736C' } }
  return readyDraft()
}

/** Only rules that read tracks alone have a past: the server says when these do not. */
function Recall({ value, onChange }: { value: number; onChange: (months: number) => void }) {
  return (
    <Panel title={t('过去的月份', 'Past months')}>
      <div className="by-stack-s">
        <Select
          style={{ maxWidth: 320 }}
          value={value}
          onChange={onChange}
          options={[
            { value: 0, label: t('从今天开始记录', 'Begin today') },
            { value: 6, label: t('补算过去 6 个月', 'Work out the last 6 months') },
            { value: 12, label: t('补算过去 12 个月', 'Work out the last 12 months') },
            { value: 24, label: t('补算过去 24 个月', 'Work out the last 24 months') },
          ]}
          aria-label={t('过去的月份', 'Past months')}
        />
        <span className="by-small by-soft">
          {t(
            '补算按每个月初当时的行为重新判断，结果是准确的；前提是规则只看行为（例如下单），不看属性、标签或授权。',
            'Each month’s beginning is judged anew by the tracks of then, which is exact as long as the rules read tracks alone (purchases, say), and no attributes, tags or consent.',
          )}
        </span>
      </div>
    </Panel>
  )
}

type Putting = {
  brandId: number
  draft: Draft
  lifecycle: Lifecycle
  recallMonths: number
  movedCount: number | undefined
  onFailure: (failure: unknown) => void
}

function usePut({ brandId, draft, lifecycle, recallMonths, movedCount, onFailure }: Putting) {
  const confirm = useConfirm()
  const navigate = useNavigate()
  const put = useCommand('lifecycle.put')
  const run = async () => {
    try {
      await put.mutateAsync({ ...inputOf(draft), recallMonths: lifecycle.isSetUp ? 0 : recallMonths })
      keepDraft(brandId, null)
      navigate('/admin/lifecycle')
    } catch (error) {
      onFailure(error)
      throw error
    }
  }
  const ask = () =>
    confirm({
      title: t('让这些阶段生效？', 'Put these stages in force?'),
      consequence:
        movedCount === undefined
          ? t('所有人会按新的规则重新放进阶段。', 'Everybody is placed anew by these rules.')
          : t(
              `约 ${number(movedCount)} 人会换到另一个阶段；进入和离开阶段的事件会标明是因为规则改了。`,
              `About ${number(movedCount)} people change their stage; the events say that it is because of the rules.`,
            ),
      verb: t('生效', 'Put in force'),
      run,
    })
  return { ask, isBusy: put.isPending }
}
