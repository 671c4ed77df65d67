/** What else people call the pages of the settings. A page without a line is found by its own name. */
export const alsoCalled: Record<string, string> = {
  '/settings/you': 'name language time zone signature password two-step sessions account theme',
  '/settings/keyboard': 'keys shortcuts hotkeys preset gmail help scout remap',
  '/settings/workspace': 'company name language ages close trash retention',
  '/settings/inboxes': 'mailbox e-mail address imap smtp connect channel',
  '/settings/sign-in': 'oauth google microsoft mailbox',
  '/settings/domains': 'dkim spf dmarc dns signing',
  '/settings/people': 'users agents colleagues invite roles members',
  '/settings/teams': 'groups departments',
  '/settings/mails': 'templates texts invitation reset',
  '/settings/spam': 'junk filter threshold block',
  '/settings/keys': 'token api developer integration',
  '/quarantine': 'stuck unreadable mail',
};
