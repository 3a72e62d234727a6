import { many } from '@banyan/shared'
import './subjects.css'
import { Alert, App, Button, Input, Select, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { CallError, sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { AttributesForm } from './attributes-form.tsx'
import { ReachForm } from './reach-form.tsx'
import { RelationsForm } from './relations-form.tsx'
import { UsesList } from './uses.tsx'
import { type Shape, type SubjectType, wordOf } from './words.ts'

const BLANK: Shape = {
  key: '',
  zh: '',
  en: '',
  description: '',
  attributes: [],
  relations: [],
  reach: { steps: [], mode: 'first' },
  titleAttribute: null,
}

export function SubjectTypeEditorPage() {
  const { typeId } = useParams()
  const types = useCall('subjectTypes.list', {})
  const type = types.data?.find(one => one.id === Number(typeId))
  return (
    <Page
      title={
        typeId ? t(`修改${type ? wordOf(type) : ''}`, `Edit ${type ? wordOf(type) : ''}`) : t('新建主体类型', 'New subject type')
      }
      back={
        type
          ? { to: `/admin/subjects/${type.id}`, label: wordOf(type) }
          : { to: '/admin/subjects', label: t('业务主体', 'Subject types') }
      }
    >
      <Loaded of={types} skeleton={<Skeleton active />}>
        {all => <Editor key={type?.id} type={type} types={all} />}
      </Loaded>
    </Page>
  )
}

function Editor({ type, types }: { type?: SubjectType; types: SubjectType[] }) {
  const [shape, setShape] = useState<Shape>(type ?? BLANK)
  const [failure, setFailure] = useState<unknown>(null)
  const { save, isBusy } = useSave(shape, type, setFailure)
  const change = (patch: Partial<Shape>) => {
    setFailure(null)
    setShape({ ...shape, ...patch })
  }
  const wrong = failure instanceof CallError ? String(failure.detail?.field ?? '') : ''
  const titles = shape.attributes.filter(one => one.kind === 'text' || one.kind === 'choice' || one.kind === 'number')
  return (
    <div className="by-stack" style={{ maxWidth: 1080 }}>
      {failure !== null && <Refusal error={failure} />}
      <Panel title={t('叫什么', 'Its name')}>
        <div className="by-stack-s">
          <div className="by-row by-wrap">
            <Field label={t('中文名', 'In Chinese')}>
              <Input
                value={shape.zh}
                maxLength={20}
                placeholder={t('车辆', 'for example Vehicle, in Chinese')}
                onChange={event => change({ zh: event.target.value })}
              />
            </Field>
            <Field label={t('英文名', 'In English')}>
              <Input
                value={shape.en}
                maxLength={40}
                placeholder="Vehicle"
                onChange={event => change({ en: event.target.value })}
              />
            </Field>
            <Field label={t('标识（接口里用，定了不改）', 'Key (for the API, fixed)')} isWrong={wrong === 'key'}>
              <Input
                value={shape.key}
                disabled={type !== undefined}
                maxLength={30}
                placeholder="vehicle"
                onChange={event => change({ key: event.target.value })}
              />
            </Field>
          </div>
          <Field label={t('说明', 'Description')}>
            <Input value={shape.description} maxLength={200} onChange={event => change({ description: event.target.value })} />
          </Field>
        </div>
      </Panel>
      <Panel title={t('属性', 'Attributes')}>
        <AttributesForm shape={shape} type={type} wrong={wrong} onChange={change} />
        {titles.length > 0 && (
          <div className="by-row by-wrap" style={{ marginTop: 16 }}>
            <span className="by-soft">{t('在列表里用这个属性称呼它', 'Called by this attribute in lists')}</span>
            <Select
              allowClear
              style={{ minWidth: 160 }}
              status={wrong === 'titleAttribute' ? 'error' : undefined}
              value={shape.titleAttribute ?? undefined}
              options={titles.map(one => ({ value: one.key, label: wordOf(one) }))}
              onChange={next => change({ titleAttribute: next ?? null })}
              aria-label={t('称呼', 'Title')}
            />
          </div>
        )}
      </Panel>
      <Panel title={t('关系', 'Relations')}>
        <RelationsForm shape={shape} type={type} types={types} wrong={wrong} onChange={change} />
      </Panel>
      <Panel title={t('触达谁', 'Who is reached')}>
        <ReachForm shape={shape} wrong={wrong} onChange={change} />
      </Panel>
      <div className="by-editor-save">
        {type ? <RemoveType type={type} onRefused={setFailure} /> : <span />}
        <Button type="primary" loading={isBusy} onClick={save}>
          {type ? t('保存修改', 'Save') : t('新建类型', 'Create')}
        </Button>
      </div>
    </div>
  )
}

function useSave(shape: Shape, type: SubjectType | undefined, onFailure: (failure: unknown) => void) {
  const { message } = App.useApp()
  const navigate = useNavigate()
  const stale = { refreshes: ['subjectTypes.', 'subjects.', 'selection.'] }
  const create = useCommand('subjectTypes.create', stale)
  const update = useCommand('subjectTypes.update', stale)
  const save = async () => {
    onFailure(null)
    const missing = whatIsMissing(shape)
    if (missing) return onFailure(new Error(missing))
    const { key, zh, en, description, attributes, relations, reach, titleAttribute } = shape
    const rest = { zh, en, description, attributes, relations, reach, titleAttribute }
    try {
      const saved = type ? await update.mutateAsync({ typeId: type.id, ...rest }) : await create.mutateAsync({ key, ...rest })
      message.success(t('已保存', 'Saved'))
      navigate(`/admin/subjects/${saved.id}`)
    } catch (error) {
      onFailure(error)
    }
  }
  return { save, isBusy: create.isPending || update.isPending }
}

/** What the contract would refuse without telling where, said before it is sent. */
function whatIsMissing({ key, zh, attributes, relations }: Shape): string | null {
  if (!zh.trim()) return t('请填写类型的中文名', 'Give the type its Chinese name')
  if (!/^[a-z][A-Za-z0-9]{0,29}$/.test(key))
    return t('类型标识用小写字母开头，只含字母和数字', 'The key begins with a small letter; letters and digits')
  const unnamed = [...attributes, ...relations].find(one => !one.zh.trim() || !/^[a-z][A-Za-z0-9]{0,39}$/.test(one.key))
  if (!unnamed) return null
  const name = unnamed.zh || unnamed.key || t('新加的一行', 'the new line')
  return t(
    `「${name}」还缺中文名，或标识不对（小写字母开头，只含字母和数字）`,
    `“${name}” lacks its Chinese name, or its key is wrong (a small letter first; letters and digits)`,
  )
}

function Refusal({ error }: { error: unknown }) {
  const uses = error instanceof CallError && Array.isArray(error.detail?.uses) ? error.detail.uses : []
  const field = error instanceof CallError ? error.detail?.field : undefined
  return (
    <Alert
      type="error"
      showIcon
      title={sentenceOf(error)}
      description={
        (typeof field === 'string' || uses.length > 0) && (
          <div className="by-stack-xs">
            {typeof field === 'string' && <code>{field}</code>}
            <UsesList uses={uses} />
          </div>
        )
      }
    />
  )
}

function RemoveType({ type, onRefused }: { type: SubjectType; onRefused: (failure: unknown) => void }) {
  const may = useMay()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const remove = useCommand('subjectTypes.remove', { refreshes: ['subjectTypes.', 'selection.'] })
  if (!may('subjectTypes.remove')) return <span />
  return (
    <Button
      danger
      type="text"
      onClick={() =>
        confirm({
          title: t(`删除类型「${wordOf(type)}」？`, `Remove the type ${wordOf(type)}?`),
          consequence:
            type.subjectCount > 0
              ? t(
                  `它还有 ${type.subjectCount} 条数据，需要先清空。`,
                  `It still has ${many(type.subjectCount, 'subject')}; remove those first.`,
                )
              : t('类型和它的定义会删除，不能恢复。', 'The type and its definition go for good.'),
          verb: t('删除类型', 'Remove'),
          isDanger: true,
          run: async () => {
            try {
              await remove.mutateAsync({ typeId: type.id })
            } catch (error) {
              onRefused(error)
              throw error
            }
            navigate('/admin/subjects')
          },
        })
      }
    >
      {t('删除类型', 'Remove the type')}
    </Button>
  )
}

export function Field({ label, isWrong, children }: { label: string; isWrong?: boolean; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="by-field">
      <span className={`by-small ${isWrong ? 'by-red' : 'by-soft'}`}>{label}</span>
      {children}
    </label>
  )
}
