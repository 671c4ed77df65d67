import type { z } from 'zod';
import { auditEndpoints } from './audit.ts';
import { backupEndpoints } from './backups.ts';
import { bondEndpoints } from './bonds.ts';
import { brandEndpoints } from './brand.ts';
import { chatEndpoints } from './chat.ts';
import { companyEndpoints } from './company-sign-in.ts';
import { conversationEndpoints } from './conversations.ts';
import { customerEndpoints } from './customers.ts';
import { domainEndpoints } from './domains.ts';
import { filingAuditEndpoints } from './filing-audit.ts';
import { firstStepEndpoints } from './first-steps.ts';
import { formEndpoints } from './forms.ts';
import { hoursEndpoints } from './hours.ts';
import { inboxEndpoints } from './inboxes.ts';
import { mailingEndpoints } from './mailings.ts';
import { messageEndpoints } from './messages.ts';
import { moodEndpoints } from './mood.ts';
import { notificationEndpoints } from './notifications.ts';
import { practiceEndpoints } from './practice.ts';
import { praiseEndpoints } from './praise.ts';
import { privacyEndpoints } from './privacy.ts';
import { problemEndpoints } from './problems.ts';
import { restoredEndpoints } from './restored.ts';
import { sampleEndpoints } from './sample.ts';
import { searchEndpoints } from './search.ts';
import { accessEndpoints } from './sign-in.ts';
import { signInEndpoints } from './sign-ins.ts';
import { snippetEndpoints } from './snippets.ts';
import { spamEndpoints } from './spam.ts';
import { surveyEndpoints } from './surveys.ts';
import { teamEndpoints } from './team.ts';
import { topicEndpoints } from './topics.ts';
import { trackerEndpoints } from './trackers.ts';
import { viewEndpoints } from './views.ts';
import { visitEndpoints } from './visits.ts';
import { webhookEndpoints } from './webhooks.ts';
import { wishEndpoints } from './wishes.ts';
import { writingEndpoints } from './writing.ts';

export * from './audit.ts';
export * from './backups.ts';
export * from './bonds.ts';
export * from './brand.ts';
export * from './chat.ts';
export * from './chat-asks.ts';
export * from './company-sign-in.ts';
export * from './conversation-row.ts';
export * from './conversations.ts';
export * from './customers.ts';
export * from './domains.ts';
export { type Endpoint, mailAddress, type Permission, permissions, problem, WINDOWS } from './endpoint.ts';
export * from './filing-audit.ts';
export * from './first-steps.ts';
export * from './forms.ts';
export * from './hours.ts';
export * from './inboxes.ts';
export * from './live.ts';
export * from './mailings.ts';
export * from './messages.ts';
export * from './mood.ts';
export * from './notifications.ts';
export * from './practice.ts';
export * from './praise.ts';
export * from './privacy.ts';
export * from './problems.ts';
export * from './reasons.ts';
export * from './restored.ts';
export * from './sample.ts';
export * from './search.ts';
export * from './sign-in.ts';
export * from './sign-ins.ts';
export * from './snippets.ts';
export * from './spam.ts';
export * from './surveys.ts';
export * from './team.ts';
export * from './topics.ts';
export * from './trackers.ts';
export * from './views.ts';
export * from './visits.ts';
export * from './webhooks.ts';
export * from './wishes.ts';

/** Every JSON endpoint, below /api/v1. Files, frames and raw mail are served beside them (see docs/api.md). */
export const endpoints = {
  ...teamEndpoints,
  ...accessEndpoints,
  ...companyEndpoints,
  ...customerEndpoints,
  ...conversationEndpoints,
  ...writingEndpoints,
  ...messageEndpoints,
  ...bondEndpoints,
  ...spamEndpoints,
  ...searchEndpoints,
  ...viewEndpoints,
  ...snippetEndpoints,
  ...inboxEndpoints,
  ...chatEndpoints,
  ...visitEndpoints,
  ...signInEndpoints,
  ...domainEndpoints,
  ...notificationEndpoints,
  ...brandEndpoints,
  ...formEndpoints,
  ...hoursEndpoints,
  ...moodEndpoints,
  ...problemEndpoints,
  ...filingAuditEndpoints,
  ...topicEndpoints,
  ...trackerEndpoints,
  ...wishEndpoints,
  ...restoredEndpoints,
  ...surveyEndpoints,
  ...praiseEndpoints,
  ...mailingEndpoints,
  ...firstStepEndpoints,
  ...practiceEndpoints,
  ...sampleEndpoints,
  ...auditEndpoints,
  ...webhookEndpoints,
  ...privacyEndpoints,
  ...backupEndpoints,
};
export type Endpoints = typeof endpoints;
export type Key = keyof Endpoints;
type Part<E, P extends string> = E extends Record<P, infer S extends z.ZodType> ? S : never;
/** What a caller sends and what comes back, by key. */
export type Params<K extends Key> = z.infer<Part<Endpoints[K], 'params'>>;
export type Query<K extends Key> = z.infer<Part<Endpoints[K], 'query'>>;
export type Body<K extends Key> = z.infer<Part<Endpoints[K], 'body'>>;
export type QueryInput<K extends Key> = z.input<Part<Endpoints[K], 'query'>>;
export type BodyInput<K extends Key> = z.input<Part<Endpoints[K], 'body'>>;
export type Reply<K extends Key> = z.infer<Endpoints[K]['reply']>;
