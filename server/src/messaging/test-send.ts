import {
  errorTextOf,
  type InputOf,
  MESSAGE_STATUS_WORDS,
  type MessageStatus,
  type messaging,
  REACH_REASON_WORDS,
  type ReachReason,
} from '@banyan/shared'
import { addMs, type Ctx, randomToken, row, rows, run, say, sql, transaction, wakeWorkers } from '../core/index.ts'
import { mustSeePerson } from '../identity/index.ts'
import { checkDraft, templateFor } from './manage-campaigns.ts'
import { type MessageRow, queueMessages } from './message.ts'
import { renderFields, variablesOf } from './render.ts'
import { sendWorker } from './send-messages.ts'
import { exampleFacts, variablesFor } from './variables.ts'

type Api = typeof messaging

/**
 * Sends to one person now, through the same gate and the same pipeline but outside caps and quiet hours, and says what became of it. Outside a
 * transaction, because it waits for the platform's answer.
 */
export async function testSend(ctx: Ctx, input: InputOf<Api['campaigns.testSend']>) {
  const template = await templateFor(ctx, input.templateId)
  checkDraft(template, input.content)
  const personId = await mustSeePerson(ctx, input.personId)
  const sendKey = `t:${randomToken(12)}`
  // Claimed from the start, so that no worker takes it between here and the send.
  await transaction(async () => {
    await queueMessages(ctx, [
      {
        brandId: template.brandId,
        isTest: true,
        personId,
        channel: template.channel,
        purpose: template.purpose,
        templateId: template.id,
        appId: template.appId,
        sendKey,
        facts: { content: input.content } as never,
        lastMoment: addMs(ctx.now, 600_000),
      },
    ])
    await run(
      sql`UPDATE messages SET status = 'leased', leased_until = ${addMs(ctx.now, 60_000)}, attempts = 1 WHERE send_key = ${sendKey}`,
    )
  })
  const [claimed] = await rows<MessageRow>(sql`SELECT * FROM messages WHERE send_key = ${sendKey}`)
  if (claimed) await sendWorker.runMany?.([claimed])
  wakeWorkers('messages')
  const after = await row<{ id: number; state: MessageStatus; reason: ReachReason | null }>(
    sql`SELECT id, state, reason FROM messages WHERE send_key = ${sendKey}`,
  )
  const status = after?.state ?? 'unknown'
  const reason = after?.reason ?? null
  const words = reason ? REACH_REASON_WORDS[reason] : MESSAGE_STATUS_WORDS[status]
  return { messageId: Number(after?.id ?? 0), status, reason, text: say(ctx, ...words) }
}

/** What a reader would see, and where the platform would cut. */
export async function previewTemplate(ctx: Ctx, input: InputOf<Api['messageTemplates.preview']>) {
  const template = await templateFor(ctx, input.templateId)
  const notices = [null, 'couponExpiring', 'pointsChanged', 'tierEnding'] as const
  const facts = Object.assign({}, ...notices.map(notice => exampleFacts(notice)))
  const known = new Set(notices.flatMap(notice => variablesFor(notice).map(one => one.name)))
  const problems: { key: string; text: string }[] = []
  try {
    for (const { key, variable } of variablesOf(input.content))
      if (!known.has(variable)) problems.push({ key, text: say(ctx, `没有变量 ${variable}`, `There is no variable ${variable}`) })
  } catch {
    return { fields: [], problems: [{ key: '', text: errorTextOf('message.badLiquid', ctx.language) }] }
  }
  for (const field of template.fields)
    if (!input.content.values[field.key]?.trim())
      problems.push({ key: field.key, text: say(ctx, `${field.label} 还没有填写`, `${field.label} is empty`) })
  const fields = renderFields(template.channel, template.fields, input.content, facts)
  return {
    fields: fields.map(({ key, label, value, full, maxLength }) => ({
      key,
      label,
      value,
      length: [...full].length,
      maxLength,
      isCut: [...full].length > maxLength,
    })),
    problems,
  }
}
