import type { Hearten, Module } from '../base/module.ts';
import { invite, join, listInvitations, lookAtInvitation, withdraw } from './invite.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { sendSystemMail } from './mail.ts';
import { changeMe, meOf, switchWorkspace } from './me.ts';
import { askForReset, changePassword, resetLinkFor, resetRequested, useReset } from './password.ts';
import { changePerson, peopleOf } from './people.ts';
import { endSession, listSessions, signOut } from './session.ts';
import { lookAtSetUp, setUp } from './set-up.ts';
import { signIn } from './sign-in.ts';
import { changeMail, listMails, putMailBack } from './system-mails.ts';
import { changeTeam, createTeam, deleteTeam, teamsOf } from './teams.ts';
import { keepTidy } from './tidy.ts';
import { beginTotp, confirmTotp, endTotp } from './totp.ts';
import { changeWorkspace, type Founding, readWorkspace } from './workspace.ts';

export { hashPassword } from './hash-password.ts';
// What the floors above may call.
export { identify, leavings, stillThere } from './identify.ts';
export { keyFor } from './keys.ts';
export { type Letter, mailLetter, mailWritten } from './mail.ts';
export { mayFrom, permissionsOf } from './may.ts';
export { resetLink } from './password.ts';
export { addPerson, peopleOf, personById } from './people.ts';
export { oneLine, renderMail } from './render-mail.ts';
export { addWorkspace, createOwner, setupLink } from './set-up.ts';
export { addAccount } from './sign-in.ts';
export { mailText } from './system-mails.ts';
export { teamById, teamsOf } from './teams.ts';
export { createWorkspace, type Founding, readWorkspace } from './workspace.ts';

/** Who works here, how they come in and what they may do. `founding` is what else a new workspace needs from its first moment. */
export function team(hearten: Hearten, founding: readonly Founding[] = []): Module {
  return {
    name: 'team',
    routes: {
      'GET /setup': () => lookAtSetUp(hearten),
      'POST /setup': ({ body, caller }) => setUp(hearten, body, caller, founding),
      'POST /sign-in': ({ body, caller, who }) => signIn(hearten, body, caller, who),
      'POST /sign-out': ({ tx, who, caller }) => tx((t) => signOut(t, who, caller)),
      'GET /me': ({ tx, who }) => tx((t) => meOf(t, who)),
      'PATCH /me': ({ tx, who, body }) => tx((t) => changeMe(t, who, body)),
      'POST /me/password': ({ who, body, caller }) => changePassword(hearten, who, body, caller),
      'POST /me/totp': ({ who, body, caller }) => beginTotp(hearten, who, body, caller),
      'POST /me/totp/confirm': ({ who, body }) => confirmTotp(hearten, who, body),
      'DELETE /me/totp': ({ who, body, caller }) => endTotp(hearten, who, body, caller),
      'POST /me/workspace': ({ who, body }) => switchWorkspace(hearten, who, body.workspaceId),
      'GET /me/sessions': ({ tx, who }) => tx((t) => listSessions(t, who)),
      'DELETE /me/sessions/:id': ({ tx, who, params }) => tx((t) => endSession(t, who, params.id)),
      'POST /password-resets': ({ body, caller }) => askForReset(hearten, body.email, caller),
      'POST /password-resets/use': ({ body }) => useReset(hearten, body),
      'GET /invitations': ({ tx }) => tx(listInvitations),
      'POST /invitations': ({ tx, who, body }) => tx((t) => invite(t, hearten, who, body)),
      'DELETE /invitations/:id': ({ tx, who, params }) => tx((t) => withdraw(t, who, params.id)),
      'POST /invitations/look': ({ body }) => lookAtInvitation(hearten, body.token),
      'POST /invitations/accept': ({ body, caller, who }) => join(hearten, body, caller, who),
      'GET /people': ({ tx }) => tx(async (t) => ({ items: await peopleOf(t) })),
      'PATCH /people/:id': ({ tx, who, params, body }) => tx((t) => changePerson(t, who, params.id, body)),
      'POST /people/:id/reset-link': ({ tx, who, params }) => tx((t) => resetLinkFor(t, hearten, who, params.id)),
      'GET /teams': ({ tx }) => tx(async (t) => ({ items: await teamsOf(t) })),
      'POST /teams': ({ tx, who, body }) => tx((t) => createTeam(t, who, body)),
      'PATCH /teams/:id': ({ tx, who, params, body }) => tx((t) => changeTeam(t, who, params.id, body)),
      'DELETE /teams/:id': ({ tx, who, params }) => tx((t) => deleteTeam(t, who, params.id)),
      'GET /api-keys': ({ tx }) => tx(listKeys),
      'POST /api-keys': ({ tx, who, body }) => tx((t) => createKey(t, who, body)),
      'DELETE /api-keys/:id': ({ tx, who, params }) => tx((t) => revokeKey(t, who, params.id)),
      'GET /workspace': ({ tx }) => tx(readWorkspace),
      'PATCH /workspace': ({ tx, who, body }) => tx((t) => changeWorkspace(t, who, body)),
      'GET /system-mails': ({ tx }) => tx(listMails),
      'PUT /system-mails/:name': ({ tx, who, params, body }) => tx((t) => changeMail(t, who, params.name, body)),
      'DELETE /system-mails/:name': ({ tx, who, params }) => tx((t) => putMailBack(t, who, params.name)),
    },
    jobs: { 'system-mail': sendSystemMail(hearten), 'password-reset': resetRequested(hearten) },
    start: () => keepTidy(hearten),
  };
}
