import { z } from 'zod';
import type { Outbound } from '../../../base/outbound.ts';
import { bare, type Handed, type Kept, type Provider, type Report, readJson, refused, unusable } from './provider.ts';
import { fetchFromS3 } from './s3.ts';
import { checked, confirm, regionOf } from './sns.ts';

/*
 * Amazon SES publishes what it received to an SNS topic (docs.aws.amazon.com/ses, "Contents of notifications for email receiving"):
 * with the SNS action the mail itself, up to 150 kB, as base64 or UTF-8; with the S3 action only where it lies. Bounces and
 * complaints come the same way ("Amazon SNS notification contents"). Nothing here is secret: the topic's name says whose messages
 * are believed, and Amazon signs for it.
 */
const address = z.object({
  emailAddress: z.string(),
  diagnosticCode: z.string().optional(),
  status: z.string().optional(),
});
const notification = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  content: z.string().optional(),
  mail: z
    .object({
      source: z.string().optional(),
      messageId: z.string().optional(),
      headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
      commonHeaders: z.object({ messageId: z.string().optional() }).optional(),
    })
    .optional(),
  receipt: z
    .object({
      recipients: z.array(z.string()).optional(),
      action: z
        .object({
          type: z.string(),
          encoding: z.string().optional(),
          bucketName: z.string().optional(),
          objectKey: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  bounce: z.object({ bounceType: z.string().optional(), bouncedRecipients: z.array(address).default([]) }).optional(),
  complaint: z.object({ complainedRecipients: z.array(address).default([]) }).optional(),
});
type Notification = z.infer<typeof notification>;
const MOST = 300 * 1024 * 1024;

function reportsOf(one: Notification): Report[] {
  const mail = one.mail;
  const headers = (mail?.headers ?? []).filter(({ name }) => name.toLowerCase() === 'message-id');
  const about = [mail?.commonHeaders?.messageId, ...headers.map(({ value }) => value), mail?.messageId]
    .map(bare)
    .filter(Boolean);
  if (one.complaint)
    return [
      {
        kind: 'complaint',
        hard: false,
        final: false,
        about,
        recipients: one.complaint.complainedRecipients.map((to) => to.emailAddress),
        reason: 'The recipient marked this message as spam.',
      },
    ];
  const hard = one.bounce?.bounceType === 'Permanent';
  return (one.bounce?.bouncedRecipients ?? []).map((to) => ({
    kind: 'bounce' as const,
    hard,
    final: true, // told when Amazon has given up, whatever the reason
    about,
    recipients: [to.emailAddress],
    reason: to.diagnosticCode || to.status || 'It came back.',
  }));
}

async function mailOf(one: Notification, topic: string, kept: Kept, fetch: Outbound): Promise<Handed> {
  const action = one.receipt?.action;
  const about = {
    to: one.receipt?.recipients ?? [],
    ...(one.mail?.source !== undefined ? { from: one.mail.source } : {}),
  };
  if (one.content !== undefined) {
    const base64 = (action?.encoding ?? 'UTF8').toUpperCase() === 'BASE64';
    return { bytes: Buffer.from(one.content, base64 ? 'base64' : 'utf8'), ...about };
  }
  if (!action?.bucketName || !action.objectKey) throw unusable({ code: 'ses-no-mail' });
  const { accessKeyId, secretAccessKey } = kept;
  if (!accessKeyId || !secretAccessKey)
    throw unusable({ code: 'ses-no-key', values: { bucket: action.bucketName, key: action.objectKey } });
  const region = regionOf(topic) as string;
  const place = { bucket: action.bucketName, key: action.objectKey, region, china: topic.startsWith('arn:aws-cn:') };
  return { bytes: await fetchFromS3(place, { accessKeyId, secretAccessKey }, MOST, fetch), ...about };
}

export const ses: Provider = {
  window: 0, // told by SNS itself, in sns.ts
  mayEnter: (headers, kept) => {
    const named = headers['x-amz-sns-topic-arn'];
    return Boolean(kept.topics?.length) && (named === undefined || Boolean(kept.topics?.includes(String(named))));
  },
  read: async ({ body }, kept, fetch) => {
    const topics = kept.topics ?? [];
    if (topics.length === 0) throw refused();
    const told = await checked(readJson(body), topics, fetch);
    const mark = `sns:${told.MessageId}`;
    if (told.Type !== 'Notification') {
      // An unsubscription is only told, in case it was a mistake; whoever looks at the inbox sees that nothing comes any more.
      if (told.Type === 'SubscriptionConfirmation') await confirm(told, fetch);
      return { mails: [], reports: [], mark };
    }
    const read = notification.safeParse(readJson(told.Message));
    if (!read.success) return { mails: [], reports: [], mark }; // Amazon's own test message is plain words
    const one = read.data;
    const kind = one.notificationType ?? one.eventType;
    if (kind === 'Received') return { mails: [await mailOf(one, told.TopicArn, kept, fetch)], reports: [], mark };
    return { mails: [], reports: kind === 'Bounce' || kind === 'Complaint' ? reportsOf(one) : [], mark };
  },
};
