import type { Permission, Role } from '@hearten/contract';
import type { Who } from '../base/module.ts';

// THE permission table. A row a permission, a column a role; nothing else in Hearten decides what a role may do.
//                        own  man  lead rep  spec view
// biome-ignore format: a table reads best as one
const table = {
  'conversation.read':   ['x', 'x', 'x', 'x', 'x', 'x'],
  'conversation.write':  ['x', 'x', 'x', 'x', ' ', ' '],
  'conversation.note':   ['x', 'x', 'x', 'x', 'x', ' '],
  'conversation.delete': ['x', 'x', 'x', ' ', ' ', ' '],
  'customer.read':       ['x', 'x', 'x', 'x', 'x', 'x'],
  'customer.write':      ['x', 'x', 'x', 'x', ' ', ' '],
  'inbox.read':          ['x', 'x', 'x', 'x', 'x', 'x'],
  'inbox.write':         ['x', 'x', ' ', ' ', ' ', ' '],
  'people.read':         ['x', 'x', 'x', 'x', 'x', 'x'],
  'people.write':        ['x', 'x', ' ', ' ', ' ', ' '],
  'team.write':          ['x', 'x', 'x', ' ', ' ', ' '],
  'snippet.read':       ['x', 'x', 'x', 'x', 'x', 'x'],
  'snippet.write':      ['x', 'x', 'x', 'x', 'x', ' '],
  'snippet.share':      ['x', 'x', 'x', ' ', ' ', ' '],
  'problem.read':        ['x', 'x', 'x', 'x', 'x', 'x'],
  'problem.file':        ['x', 'x', 'x', 'x', 'x', ' '],
  'problem.write':       ['x', 'x', 'x', ' ', 'x', ' '],
  'report.read':         ['x', 'x', 'x', ' ', ' ', 'x'],
  // Of the people one leads; of oneself everybody may. Above a lead nobody sees one person's figures.
  'report.person':       [' ', ' ', 'x', ' ', ' ', ' '],
  'workspace.write':     ['x', 'x', ' ', ' ', ' ', ' '],
  'key.write':           ['x', 'x', ' ', ' ', ' ', ' '],
  'webhook.write':       ['x', 'x', ' ', ' ', ' ', ' '],
  'quarantine.read':     ['x', 'x', 'x', 'x', 'x', ' '],
  'quarantine.write':    ['x', 'x', 'x', ' ', ' ', ' '],
  'data.audit':          ['x', 'x', ' ', ' ', ' ', ' '],
  'data.export':         ['x', 'x', ' ', ' ', ' ', ' '],
  'data.erase':          ['x', 'x', ' ', ' ', ' ', ' '],
  'data.workspace':      ['x', ' ', ' ', ' ', ' ', ' '],
} as const satisfies Record<Exclude<Permission, 'anyone' | 'member'>, readonly ('x' | ' ')[]>;
const columns: readonly Role[] = ['owner', 'manager', 'lead', 'representative', 'specialist', 'viewer'];

// What an API key may do with each wide scope; never more than the person who made it.
const wide = {
  read: (permission: string) => permission.endsWith('.read'),
  write: (permission: string) =>
    permission.endsWith('.read') ||
    (/^(conversation|customer|problem|quarantine)\./.test(permission) && permission !== 'conversation.delete'),
  admin: () => true,
} as const;
const areaOf = (permission: string): string => permission.slice(0, permission.indexOf('.'));
/** A narrow scope is a permission by its name: it reads its area too, and who answers there may note. */
const narrow = (scope: string, permission: string): boolean =>
  permission === scope ||
  (areaOf(scope) === areaOf(permission) &&
    (permission.endsWith('.read') || (scope.endsWith('.write') && permission.endsWith('.note'))));
const gives = (scope: string, permission: string): boolean =>
  Object.hasOwn(wide, scope)
    ? wide[scope as keyof typeof wide](permission)
    : Object.hasOwn(table, scope) && narrow(scope, permission);

const everything = Object.keys(table) as (keyof typeof table)[];
const ofRole = new Map<string, ReadonlySet<string>>(
  columns.map((role, i) => [role, new Set(everything.filter((permission) => table[permission][i] === 'x'))]),
);
const nobody: ReadonlySet<string> = new Set();

export const permissionsOf = (role: string): ReadonlySet<string> => ofRole.get(role) ?? nobody;
/** The roles that may do something, the highest first. */
export const rolesWith = (permission: string): Role[] => columns.filter((role) => permissionsOf(role).has(permission));
export const permissionsOfKey = (role: string, given: readonly string[]): ReadonlySet<string> =>
  new Set([...permissionsOf(role)].filter((permission) => given.some((scope) => gives(scope, permission))));
/** `member` is true of everyone who is signed in. */
export const mayFrom =
  (permissions: ReadonlySet<string>) =>
  (permission: string): boolean =>
    permission === 'member' || permissions.has(permission);

/** Owners are touched by owners only: made, changed, invited, given a reset link. */
export const mayTouch = (who: Who, role: string): boolean => role !== 'owner' || who.role === 'owner';
