import { Alert } from 'antd'
import { useCall } from '../api/hooks.ts'
import { useRested } from '../app/palette.tsx'
import { t } from '../i18n.ts'
import { NoticeCard, Phone } from '../parts/phone.tsx'
import type { Content, Template } from './words.tsx'

/** The message on the phone of one who gets it, cut where the platform would cut. */
export function MessagePreview({ template, content }: { template: Template | undefined; content: Partial<Content> | undefined }) {
  const written = JSON.stringify({ values: pick(template, content), page: content?.page ?? '' })
  const asked = useRested(written, 300)
  const preview = useCall(
    'messageTemplates.preview',
    { templateId: template?.id ?? 0, content: JSON.parse(asked) },
    { enabled: Boolean(template && content), keepPrevious: true, retry: false },
  )
  const problems = asked === written && !preview.isPlaceholderData ? (preview.data?.problems ?? []) : []
  // What nobody has filled in yet is no problem of the message; the form asks for it.
  const isUnfilled = (key: string) => template?.fields.some(field => field.key === key) && !content?.values?.[key]?.trim()
  const fields = template?.fields.map(field => {
    const shown = preview.data?.fields.find(one => one.key === field.key)
    return {
      label: field.label,
      value: shown ? (
        <span style={shown.isCut ? { color: '#C8372D' } : undefined}>{shown.value || content?.values?.[field.key] || '—'}</span>
      ) : (
        (content?.values?.[field.key] ?? '—')
      ),
    }
  })
  return (
    <div className="by-stack-s">
      <Phone title={template?.channel === 'template' ? t('服务号', 'Official account') : t('服务通知', 'Notices')}>
        {template ? (
          <NoticeCard
            app={template.connectionName}
            title={template.title}
            fields={fields ?? []}
            note={
              content?.page
                ? template.channel === 'template'
                  ? t('详情', 'Details')
                  : t('进入小程序查看', 'Open the mini program')
                : undefined
            }
          />
        ) : (
          <p style={{ color: '#8C978F', textAlign: 'center', paddingTop: 80 }}>
            {t('选好模板后，这里是客户看到的样子', 'Choose a template to see it')}
          </p>
        )}
      </Phone>
      {problems
        .filter(problem => !isUnfilled(problem.key))
        .map(problem => (
          <Alert key={problem.key + problem.text} type="warning" showIcon title={problem.text} />
        ))}
    </div>
  )
}

function pick(template: Template | undefined, content: Partial<Content> | undefined): Record<string, string> {
  return Object.fromEntries((template?.fields ?? []).map(field => [field.key, content?.values?.[field.key] ?? '']))
}
