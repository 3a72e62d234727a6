import { messaging } from '@banyan/shared'
import { outsideTransaction, serve } from '../core/index.ts'
import { campaignReport, listRecipients } from './campaign-report.ts'
import { messageOpened } from './clicks.ts'
import { creditReport, recordChoices, templatesForPlace } from './credits.ts'
import {
  createCampaign,
  getCampaign,
  listCampaigns,
  removeCampaign,
  removeCampaigns,
  updateCampaign,
} from './manage-campaigns.ts'
import { createTemplate, listChannels, listTemplates, removeTemplate, updateTemplate } from './message-template.ts'
import { messagesOf, myMessages, readMessages } from './my-messages.ts'
import { listNotices, updateNotice } from './notices.ts'
import { reachOf } from './reach.ts'
import { getReachSettings, updateReachSettings } from './settings.ts'
import { sendCampaign, undoCampaign, undoCampaigns } from './start-campaign.ts'
import { previewTemplate, testSend } from './test-send.ts'
import { variableViews } from './variables.ts'

export const routes = serve(messaging, {
  'messageChannels.list': listChannels,
  'messageVariables.list': async (ctx, { notice }) => ({ items: variableViews(ctx, notice ?? null) }),
  'messageTemplates.list': listTemplates,
  'messageTemplates.create': createTemplate,
  'messageTemplates.update': updateTemplate,
  'messageTemplates.remove': removeTemplate,
  'messageTemplates.preview': previewTemplate,
  'campaigns.list': listCampaigns,
  'campaigns.get': getCampaign,
  'campaigns.create': createCampaign,
  'campaigns.update': updateCampaign,
  'campaigns.remove': removeCampaign,
  'campaigns.removeMany': removeCampaigns,
  'campaigns.reach': reachOf,
  'campaigns.testSend': outsideTransaction(testSend),
  'campaigns.send': sendCampaign,
  'campaigns.undo': undoCampaign,
  'campaigns.undoMany': undoCampaigns,
  'campaigns.report': campaignReport,
  'campaigns.recipients': listRecipients,
  'subscriptions.templatesFor': templatesForPlace,
  'subscriptions.record': recordChoices,
  'subscriptions.credits': creditReport,
  'messages.mine': myMessages,
  'messages.read': readMessages,
  'messages.opened': messageOpened,
  'messages.of': messagesOf,
  'notices.list': listNotices,
  'notices.update': updateNotice,
  'reachSettings.get': getReachSettings,
  'reachSettings.update': updateReachSettings,
})
