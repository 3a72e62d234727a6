import { Alert, App, Button, Form, Skeleton } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { fieldErrorsOf, sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId } from '../app/me.ts'
import { t } from '../i18n.ts'
import { DraftBar } from '../parts/draft-bar.tsx'
import { Page } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { BatchSection } from './batch-section.tsx'
import { fieldsOf, inputOf, type LiveCodeFields, newFields } from './editor-fields.ts'
import { BasicsSection, CustomerSection, ReceiveSection } from './editor-sections.tsx'
import { WelcomePreview } from './welcome-preview.tsx'
import { WelcomeSection } from './welcome-section.tsx'
import type { LiveCode } from './words.tsx'

/** Create, edit, or create in batches: one page with the phone at its side. */
export function LiveCodeEditorPage() {
  const { id } = useParams()
  const isMany = location.pathname.endsWith('/new-batch')
  const code = useCall('livecodes.get', { id: Number(id) }, { enabled: Boolean(id) })
  const title = id
    ? t('修改活码', 'Edit the live code')
    : isMany
      ? t('批量生成活码', 'Live codes in batches')
      : t('新建渠道活码', 'New live code')
  return (
    <Page
      title={title}
      text={
        isMany
          ? t(
              '每位员工、每家门店或每个包裹一张码，设置相同，报表分开。',
              'One code per staff member, store or parcel: same settings, separate report.',
            )
          : undefined
      }
      back={
        id
          ? { to: `/admin/live-codes/${id}`, label: code.data?.name ?? t('活码', 'Live code') }
          : { to: '/admin/live-codes', label: t('渠道活码', 'Live codes') }
      }
    >
      {id ? (
        <Loaded of={code} skeleton={<Skeleton active />}>
          {data => <Editor code={data} isMany={false} />}
        </Loaded>
      ) : (
        <Editor key={String(isMany)} isMany={isMany} />
      )}
    </Page>
  )
}

function Editor({ code, isMany }: { code?: LiveCode; isMany: boolean }) {
  const [form] = Form.useForm<LiveCodeFields>()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const brandId = useBrandId()
  const [failure, setFailure] = useState<string | null>(null)
  const draft = useDraft(isMany ? 'livecode.batch' : code ? `livecode.${code.id}` : 'livecode.new', form)
  const create = useCommand('livecodes.create')
  const update = useCommand('livecodes.update')
  const createMany = useCommand('livecodes.createMany')
  const kind = Form.useWatch('kind', form) ?? code?.kind ?? 'wecom'
  const initial = useMemo(() => (code ? fieldsOf(code) : newFields()), [code])
  const isBusy = create.isPending || update.isPending || createMany.isPending

  const save = async (fields: LiveCodeFields) => {
    setFailure(null)
    try {
      const settings = inputOf({ ...initial, ...fields })
      if (code) {
        await update.mutateAsync({ id: code.id, ...settings })
        draft.discard()
        message.success(t('已保存，印好的码继续有效', 'Saved. Printed copies stay valid'))
        navigate(`/admin/live-codes/${code.id}`)
      } else if (isMany) {
        const { by, targetIds, count } = fields
        const batch = await createMany.mutateAsync({
          ...settings,
          kind,
          brandId: brandId ?? undefined,
          by: by ?? 'store',
          ...(by === 'parcel' ? { count } : targetIds?.length ? { targetIds } : {}),
        })
        draft.discard()
        navigate(`/admin/live-codes/batches?open=${batch.id}`)
      } else {
        const made = await create.mutateAsync({ ...settings, kind, brandId: brandId ?? undefined })
        draft.discard()
        message.success(t('已创建，正在向平台申请二维码', 'Created; asking the platform for the code'))
        navigate(`/admin/live-codes/${made.id}`)
      }
    } catch (error) {
      setFailure(sentenceOf(error))
      form.setFields(
        Object.entries(fieldErrorsOf(error)).map(([name, text]) => ({ name: name.split('.') as never, errors: [text] })),
      )
    }
  }

  useEffect(() => {
    if (failure) window.document.querySelector('#by-failure')?.scrollIntoView({ block: 'center' })
  }, [failure])

  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={save}
      onValuesChange={draft.keep}
      scrollToFirstError
      disabled={isBusy}
    >
      <div className="by-editor">
        <div className="by-stack">
          {failure && <Alert id="by-failure" type="error" showIcon title={failure} />}
          {isMany && <BatchSection />}
          <BasicsSection isNew={!code} isMany={isMany} />
          {kind === 'wecom' && <ReceiveSection isMany={isMany} />}
          <WelcomeSection kind={kind} />
          <CustomerSection kind={kind} />
          <DraftBar
            draft={draft}
            onDiscard={() => {
              draft.discard()
              form.resetFields()
            }}
          >
            <Button type="primary" htmlType="submit" loading={isBusy}>
              {code ? t('保存', 'Save') : isMany ? t('开始生成', 'Make them') : t('创建活码', 'Create')}
            </Button>
          </DraftBar>
        </div>
        <aside className="by-editor-preview">
          <WelcomePreview form={form} kind={kind} />
        </aside>
      </div>
    </Form>
  )
}
