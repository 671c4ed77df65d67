import { t } from '../language/index.ts';

const titles: Record<string, string> = {
  invitation: t('Invitation of a new person'),
  'password-reset': t('Link to a new password'),
  'password-changed': t('Notice of a changed password'),
  'new-sign-in': t('Notice of a sign-in from a new browser'),
  'form-acknowledgement': t('Acknowledgement of a web form'),
  acknowledgement: t('Acknowledgement to a customer (off until an inbox switches it on)'),
  'inbox-trouble': t('Notice to owners of an inbox in trouble'),
  'webhook-disabled': t('Notice to owners of a webhook that was switched off'),
  notification: t('Notification of a person who is away from the screen'),
};
/** What a system mail is for, in the reader's language. */
export const titleOf = ({ name, title }: { name: string; title: string }): string => titles[name] ?? title;
