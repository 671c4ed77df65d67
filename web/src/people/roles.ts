import type { Role } from '@hearten/contract';
import { t } from '../language/index.ts';

/** What each role is for, in one line; what exactly it may do, the server decides. */
export const roles: { role: Role; label: string; text: string }[] = [
  { role: 'owner', label: t('Owner'), text: t('Everything, including other owners.') },
  { role: 'manager', label: t('Manager'), text: t('People, inboxes, settings and all conversations.') },
  { role: 'lead', label: t('Lead'), text: t('Leads teams and answers customers.') },
  { role: 'representative', label: t('Representative'), text: t('Answers customers.') },
  { role: 'specialist', label: t('Specialist'), text: t('Reads and helps with notes; does not write to customers.') },
  { role: 'viewer', label: t('Viewer'), text: t('Reads only.') },
];
export const roleName = (role: Role): string => roles.find((r) => r.role === role)?.label ?? role;
