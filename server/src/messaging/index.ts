/**
 * Reaching people: templates with a purpose, campaigns, built-in notices, one gate for every send, receipts and what it brought. Nobody gets a
 * message twice, nobody gets marketing he did not agree to, and every message that did not go out says why.
 */
import { every } from '../core/index.ts'
import { workSource } from '../platform/index.ts'
import { runningCampaigns } from './facts.ts'
import { finishCampaigns } from './finish-campaigns.ts'
import { earlyReceipts } from './receipts.ts'
import { sendWorker } from './send-messages.ts'
import { startTask } from './start-campaign.ts'

export { listRecipients } from './campaign-report.ts'
export { carriers } from './carriers.ts'
export { clickCodeOf, messageOpened, rawRoutes } from './clicks.ts'
export { importCredits } from './credits.ts'
export { messagesByDay, messagingTroubles, reachableBySubscribe } from './facts.ts'
export { type Following, noteFollowings } from './followings.ts'
export { createCampaign } from './manage-campaigns.ts'
export { createTemplate } from './message-template.ts'
export { migrations } from './migrations.ts'
export { messagesBefore, messagesOf } from './my-messages.ts'
export { type NoticeCall, notify, updateNotice } from './notices.ts'
export { routes } from './routes.ts'
export { sendCampaign, sendToList } from './start-campaign.ts'
export { subscribers } from './subscribers.ts'

export const tasks = [startTask, earlyReceipts]
export const workers = [sendWorker]
export const jobs = [every('messaging.finishCampaigns', '27 * * * *', ctx => finishCampaigns(ctx))]

workSource('campaigns', runningCampaigns)
