import { analytics, analyticsErrors } from './analytics.ts'
import { consent, consentErrors } from './consent.ts'
import { contacts, contactsErrors } from './contacts.ts'
import { corpTags, corpTagsErrors } from './corp-tags.ts'
import { coupons, couponsErrors } from './coupons.ts'
import { identity, identityErrors } from './identity.ts'
import { type Endpoint, type ErrorDef, kernelErrors } from './kernel.ts'
import { lifecycle, lifecycleErrors } from './lifecycle.ts'
import { livecodes, livecodesErrors } from './livecodes.ts'
import { members, membersErrors } from './members.ts'
import { messaging, messagingErrors } from './messaging.ts'
import { orders, ordersErrors } from './orders.ts'
import { pay, payErrors } from './pay.ts'
import { platform, platformErrors } from './platform.ts'
import { profiles, profilesErrors } from './profiles.ts'
import { segments, segmentsErrors } from './segments.ts'
import { selection, selectionErrors } from './selection.ts'
import { staff, staffErrors } from './staff.ts'
import { subjects, subjectsErrors } from './subjects.ts'
import { tags, tagsErrors } from './tags.ts'
import { tracking, trackingErrors } from './tracking.ts'
import { wechatErrors } from './wechat.ts'
import { wecomErrors } from './wecom.ts'

export * from './analytics.ts'
export * from './consent.ts'
export * from './contacts.ts'
export * from './corp-tags.ts'
export * from './coupons.ts'
export * from './identity.ts'
/** The contract between the backend and its faces. Imports zod, nothing else. */
export * from './kernel.ts'
export * from './landing.ts'
export * from './language.ts'
export * from './lifecycle.ts'
export * from './livecodes.ts'
export * from './members.ts'
export * from './messaging.ts'
export * from './orders.ts'
export * from './pay.ts'
export * from './platform.ts'
export * from './profiles.ts'
export * from './segments.ts'
export * from './selection.ts'
export * from './staff.ts'
export * from './subjects.ts'
export * from './tags.ts'
export * from './tracking.ts'
export * from './wechat.ts'
export * from './wecom.ts'

/** Every endpoint by name; the path is `/api/<name>`. */
export const endpoints = {
  ...platform,
  ...pay,
  ...staff,
  ...identity,
  ...consent,
  ...contacts,
  ...subjects,
  ...tracking,
  ...selection,
  ...tags,
  ...corpTags,
  ...segments,
  ...lifecycle,
  ...members,
  ...coupons,
  ...orders,
  ...messaging,
  ...livecodes,
  ...profiles,
  ...analytics,
}
export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints

/** Every error code with its status and texts. */
export const endpointErrors: Record<string, ErrorDef> = {
  ...kernelErrors,
  ...platformErrors,
  ...wechatErrors,
  ...wecomErrors,
  ...payErrors,
  ...staffErrors,
  ...identityErrors,
  ...consentErrors,
  ...contactsErrors,
  ...subjectsErrors,
  ...trackingErrors,
  ...selectionErrors,
  ...tagsErrors,
  ...corpTagsErrors,
  ...segmentsErrors,
  ...lifecycleErrors,
  ...membersErrors,
  ...couponsErrors,
  ...ordersErrors,
  ...messagingErrors,
  ...livecodesErrors,
  ...profilesErrors,
  ...analyticsErrors,
}

/** What a person reads for a code; an unknown code gets the text of a fault. */
export function errorTextOf(code: string, language: 'zh' | 'en' = 'zh'): string {
  return (endpointErrors[code] ?? kernelErrors['server.failed'])[language]
}

export type AnyEndpoint = Endpoint
