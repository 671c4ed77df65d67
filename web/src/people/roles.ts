import type { Role } from '@hearten/contract';

/** What each role is for, in one line; what exactly it may do, the server decides. */
export const roles: { role: Role; label: string; text: string }[] = [
  { role: 'owner', label: 'Owner', text: 'Everything, including other owners.' },
  { role: 'manager', label: 'Manager', text: 'People, inboxes, settings and all conversations.' },
  { role: 'lead', label: 'Lead', text: 'Leads teams and answers customers.' },
  { role: 'representative', label: 'Representative', text: 'Answers customers.' },
  { role: 'specialist', label: 'Specialist', text: 'Reads and helps with notes; does not write to customers.' },
  { role: 'viewer', label: 'Viewer', text: 'Reads only.' },
];
export const roleName = (role: Role): string => roles.find((r) => r.role === role)?.label ?? role;
