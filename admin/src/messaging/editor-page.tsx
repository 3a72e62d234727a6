import { many } from '@banyan/shared'
import { Alert, App, Button, Form, Skeleton } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { call } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { duration, number } from '../format.ts'
import { t } from '../i18n.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { DraftBar } from '../parts/draft-bar.tsx'
import { Page } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { type CampaignFields, fieldsOf, inputOf, newFields } from './editor-fields.ts'
import { AudienceSection, ContentSection, TemplateSection, WhenSection } from './editor-sections.tsx'
import { MessagePreview } from './message-preview.tsx'
import { ReachPanel } from './reach-panel.tsx'
import { TestSendDialog } from './test-send-dialog.tsx'
import type { Campaign } from './words.tsx'

export function CampaignEditorPage() {
  const { campaignId } = useParams()
  const campaign = useCall('campaigns.get', { campaignId: Number(campaignId) }, { enabled: Boolean(campaignId) })
  return (
    <Page
      title={campaignId ? t('修改群发', 'Edit the campaign') : t('新建群发', 'New campaign')}
      back={{ to: '/admin/messages', label: t('消息群发', 'Campaigns') }}
    >
      {campaignId ? (
        <Loaded of={campaign} skeleton={<Skeleton active />}>
          {data => <Editor campaign={data} />}
        </Loaded>
      ) : (
        <Editor />
      )}
    </Page>
  )
}

function Editor({ campaign }: { campaign?: Campaign }) {
  const [form] = Form.useForm<CampaignFields>()
  const { message } = App.useApp()
  const may = useMay()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const [failure, setFailure] = useState<string | null>(null)
  const [isTesting, setTesting] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const draft = useDraft(campaign ? `campaign.${campaign.id}` : 'campaign.new', form)
  const create = useCommand('campaigns.create')
  const update = useCommand('campaigns.update')
  const send = useCommand('campaigns.send')
  const templates = useCall('messageTemplates.list', { isActive: true, pageSize: 200 })
  const initial = useMemo(
    () => (campaign ? fieldsOf(campaign) : newFields(Number(params.get('segmentId')) || null)),
    [campaign, params],
  )
  const fields = Form.useWatch([], { form, preserve: true }) as CampaignFields | undefined
  const template = templates.data?.items.find(one => one.id === fields?.templateId)

  useEffect(() => {
    if (failure) document.querySelector('#main')?.scrollTo({ top: 0, behavior: 'smooth' })
  }, [failure])

  /** Saves the draft; the same campaign is changed when one was made before. */
  const save = async (): Promise<Campaign | null> => {
    setFailure(null)
    const valid = await form.validateFields().catch(() => null)
    if (!valid) {
      setFailure(t('还有内容没有填完，请看标红的地方', 'Something is missing: see the marked fields'))
      return null
    }
    try {
      const input = inputOf({ ...initial, ...valid }, template)
      const saved = campaign ? await update.mutateAsync({ campaignId: campaign.id, ...input }) : await create.mutateAsync(input)
      draft.discard()
      return saved
    } catch (error) {
      setFailure(sentenceOf(error))
      return null
    }
  }

  const saveDraft = async () => {
    const saved = await save()
    if (!saved) return
    message.success(t('草稿已保存', 'Draft saved'))
    if (!campaign) navigate(`/admin/messages/${saved.id}/edit`, { replace: true })
  }

  const sendNow = async () => {
    setBusy(true)
    try {
      const saved = await save()
      if (!saved) return
      const isOnEnter = saved.trigger === 'onEnter'
      const reach = saved.segmentId
        ? await call('campaigns.reach', { segmentId: saved.segmentId, templateId: saved.templateId })
        : null
      confirm({
        title: isOnEnter
          ? t('开启「进入人群即发」？', 'Start sending on entering?')
          : t(`发送给 ${number(reach?.reachable)} 人？`, `Send to ${many(reach?.reachable ?? 0, 'person', 'people')}?`),
        consequence: isOnEnter ? (
          t(
            '以后每有一位客户进入这个人群，就给他发一次；现在已在人群里的不会收到。',
            'Everybody who enters from now on gets it once; those already in do not.',
          )
        ) : (
          <>
            {t(
              `人群 ${number(reach?.audience)} 人，可触达 ${number(reach?.reachable)} 人。`,
              `${number(reach?.reachable)} of ${number(reach?.audience)} can be reached. `,
            )}
            {saved.sendAt
              ? ''
              : (reach?.holdSeconds ?? 0) > 0
                ? t(
                    `人数较多，会先等 ${duration(reach?.holdSeconds)}，期间可以撤销。`,
                    `A large send waits ${duration(reach?.holdSeconds)}; it can be taken back until then.`,
                  )
                : t('发送后不能收回。', 'What has left cannot be taken back.')}
          </>
        ),
        verb: isOnEnter ? t('开启', 'Start') : saved.sendAt ? t('定时发送', 'Schedule') : t('发送', 'Send'),
        run: async () => {
          await send.mutateAsync({ campaignId: saved.id })
          navigate(`/admin/messages/${saved.id}`)
        },
      })
      if (!campaign) navigate(`/admin/messages/${saved.id}/edit`, { replace: true })
    } catch (error) {
      setFailure(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onValuesChange={draft.keep}>
      <div className="by-editor">
        <div className="by-stack">
          {failure && <Alert type="error" showIcon title={failure} />}
          <AudienceSection />
          <TemplateSection templates={templates} />
          {template && <ContentSection template={template} />}
          <WhenSection />
          <DraftBar
            draft={draft}
            onDiscard={() => {
              draft.discard()
              form.resetFields()
            }}
          >
            {may('campaigns.testSend') && (
              <Button disabled={!template} onClick={() => setTesting(true)}>
                {t('试发一条', 'Test send')}
              </Button>
            )}
            <Button onClick={saveDraft} loading={(create.isPending || update.isPending) && !isBusy}>
              {t('保存草稿', 'Save the draft')}
            </Button>
            {may('campaigns.send') && (
              <Button type="primary" onClick={sendNow} loading={isBusy}>
                {fields?.trigger === 'onEnter'
                  ? t('开启', 'Start')
                  : fields?.sendAt
                    ? t('定时发送', 'Schedule')
                    : t('发送', 'Send')}
              </Button>
            )}
          </DraftBar>
        </div>
        <aside className="by-editor-preview by-stack">
          <MessagePreview template={template} content={fields?.content} />
          <ReachPanel segmentId={fields?.segmentId} templateId={fields?.templateId} />
        </aside>
      </div>
      {isTesting && template && (
        <TestSendDialog
          templateId={template.id}
          content={inputOf({ ...initial, ...form.getFieldsValue(true) }, template).content}
          onClose={() => setTesting(false)}
        />
      )}
    </Form>
  )
}
