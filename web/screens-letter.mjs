// A survey's mail as it leaves, and as a mail program on a phone shows it: sender, subject, and its HTML as it is, without a script.
import { parse } from '../server/src/channels/email/parse/index.ts';
import { posting, withServer } from './screens-mails.mjs';

const claire = (to, id) =>
  `From: Claire Dubois <claire@atelier.example>\r\nTo: ${to}\r\nSubject: The new switch fits\r\nMessage-ID: <${id}@screens.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe switch of my Fjord came loose. Could you send me another one?\r\n`;

/** Somebody writes, is answered, and it is resolved: then the survey asks. Gives the mail that left. */
export async function surveyMail(page, base, ask) {
  const inbox = (await ask(page, 'GET', '/inboxes')).items[0];
  const post = await posting(page, base, inbox);
  const made = await ask(page, 'POST', '/surveys', {
    ...{ name: `How was our help? ${Date.now()}`, kind: 'csat', moment: 'resolved', delayHours: 0 },
  });
  let letter;
  const came = (bytes) => {
    if (/^List-Unsubscribe-Post:/im.test(bytes.toString('latin1'))) letter = parse(bytes);
  };
  await withServer(
    page,
    inbox,
    async () => {
      await post(claire(inbox.address, `switch-${Date.now()}`));
      const { items } = await ask(page, 'GET', '/conversations?view=open&limit=20');
      const { id } = items.find((one) => one.subject === 'The new switch fits');
      const said = { text: 'It leaves today, with our apologies.' };
      const { message } = await ask(page, 'POST', `/conversations/${id}/replies`, said);
      const isSent = async () => {
        const { items } = await ask(page, 'GET', `/conversations/${id}`);
        return items.find((one) => one.id === message.id)?.state === 'sent';
      };
      for (let i = 0; i < 60 && !(await isSent()); i++) await page.waitForTimeout(500);
      await ask(page, 'PATCH', `/surveys/${made.id}`, { running: true });
      await ask(page, 'POST', `/conversations/${id}/status`, { status: 'resolved' });
      for (let i = 0; i < 120 && !letter; i++) await page.waitForTimeout(500);
    },
    came,
  );
  await ask(page, 'PATCH', `/surveys/${made.id}`, { running: false });
  if (!letter) throw new Error('No mail of the survey came');
  return letter;
}

const safe = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
/** How mail programs on phones show a mail: what stands above it, and itself in a frame in which nothing runs. */
export const asMailProgram = ({
  subject,
  from,
  html,
}) => `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
  body { margin: 0; font: 16px/1.4 -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: #1c1c1e; background: #fff; }
  nav { display: flex; justify-content: space-between; padding: 14px 16px; color: #0a64d6; border-bottom: 1px solid #e3e3e6; }
  h1 { font-size: 21px; line-height: 1.3; margin: 16px 16px 12px; }
  .from { display: flex; gap: 12px; align-items: center; margin: 0 16px 14px; }
  .from > i { inline-size: 40px; block-size: 40px; border-radius: 50%; background: #d9dde3; display: grid; place-items: center; font-style: normal; font-weight: 600; }
  .from small { color: #6b6b70; display: block; }
  iframe { border: 0; border-top: 1px solid #e3e3e6; inline-size: 100%; block-size: 640px; }
</style>
<nav><span>‹ Inbox</span><span>Reply</span></nav>
<h1>${safe(subject)}</h1>
<div class="from"><i>${safe((from?.name || from?.address || '?')[0])}</i><div>${safe(from?.name ?? '')}<small>${safe(from?.address ?? '')}</small></div></div>
<iframe sandbox srcdoc="${safe(`<!doctype html><meta name="viewport" content="width=device-width"><body style="margin:16px">${html ?? ''}`)}"></iframe>`;
