/*
 * What two mail providers do to the Message-ID of what they send for us. Postmark puts its own in its place unless asked not to
 * (postmarkapp.com/support, "X-PM-KeepID"). Amazon SES always does, and tells which in its answer to the final dot
 * (docs.aws.amazon.com/ses, "250 Ok <id>"): what comes back then names that id and not ours.
 */
/** Its servers, in all regions and in China; nobody else's answer is read as an id. */
const ses = /^email-smtp(?:-fips)?\.([a-z0-9-]{1,30})\.amazonaws\.com(?:\.cn)?$/i;

const postmark = 'smtp.postmarkapp.com';

/** Headers that a mail server wants, so that the Message-ID stays as it is. */
export const headersFor = (host: string): Record<string, string> =>
  host.toLowerCase() === postmark ? { 'X-PM-KeepID': 'true' } : {};

/** Under which other Message-IDs what was just sent may be answered or come back: one, or two where a region has both. */
export function alsoKnownAs(host: string, response: string): string[] {
  const region = ses.exec(host)?.[1]?.toLowerCase();
  // The first region calls itself "email"; the others have their name, and some mails that came back name "email" all the same.
  const id = /^250 ok ([\w-]{10,100})\s*$/i.exec(response)?.[1];
  return region && id ? [`${id}@${region}.amazonses.com`, `${id}@email.amazonses.com`] : [];
}
