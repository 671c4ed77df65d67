import type { Hearten, Module } from '../base/module.ts';
import { makeOutbound } from '../base/outbound.ts';
import { companyRoutes } from './company/index.ts';
import { invite, join, listInvitations, lookAtInvitation, withdraw } from './invite.ts';
import { changeKey, createKey, listKeys, revokeKey } from './keys.ts';
import { sendSystemMail } from './mail.ts';
import { changeMe, meOf, switchWorkspace } from './me.ts';
import { newBrowser } from './new-browser.ts';
import { askForPasskey } from './passkey.ts';
import { addPasskey, beginPasskey, removePasskey, renamePasskey } from './passkeys.ts';
import { askForReset, changePassword, resetLinkFor, resetRequested, useReset } from './password.ts';
import { changePerson, peopleOf } from './people.ts';
import { proveNow } from './proof.ts';
import { resetSecondFactor } from './second-factor.ts';
import { signOut } from './session.ts';
import { endOtherSessions, endSession, endSessionsOf, listSessions, sessionsOf } from './sessions.ts';
import { readRules, setRules } from './set-rules.ts';
import { lookAtSetUp, lookAtSetUpLink, setUp } from './set-up.ts';
import { signIn, signInByPasskey, signInFailed } from './sign-in.ts';
import { changeMail, listMails, putMailBack } from './system-mails.ts';
import { changeTeam, createTeam, deleteTeam, teamsOf } from './teams.ts';
import { keepTidy } from './tidy.ts';
import { beginTotp, confirmTotp, endTotp } from './totp.ts';
import { waysOf } from './ways.ts';
import { changeWorkspace, type Founding, readWorkspace } from './workspace.ts';

export { hashPassword } from './hash-password.ts';
// What the floors above may call.
export { identify, shareForgetting } from './identify.ts';
export { keyFor } from './keys.ts';
export { type Letter, mailLetter, mailWritten } from './mail.ts';
export { mayFrom, permissionsOf, rolesWith } from './may.ts';
export { resetLink } from './password.ts';
export { addPerson, peopleOf, personById, shutOut, whoMay } from './people.ts';
export { oneLine, renderMail } from './render-mail.ts';
export { moveSessions } from './session.ts';
export { liftRules } from './set-rules.ts';
export { addWorkspace, createOwner, setupLink } from './set-up.ts';
export { addAccount } from './sign-in.ts';
export { someoneLeaves, stillThere } from './still-there.ts';
export { mailText } from './system-mails.ts';
export { teamById, teamsOf } from './teams.ts';
export { createWorkspace, type Founding, readWorkspace, refuseInSample } from './workspace.ts';

/** Who works here, how they come in and what they may do. `founding` is what else a new workspace needs from its first moment. */
export function team(
  hearten: Hearten,
  founding: readonly Founding[] = [],
  outbound = makeOutbound(hearten.config.OUTBOUND_ALLOW),
): Module {
  return {
    name: 'team',
    routes: {
      'GET /setup': () => lookAtSetUp(hearten),
      'POST /setup/look': ({ body }) => lookAtSetUpLink(hearten, body.token),
      'POST /setup': ({ body, caller }) => setUp(hearten, body, caller, founding),
      'POST /sign-in': ({ body, caller, who }) => signIn(hearten, body, caller, who),
      'POST /sign-in/passkey/begin': () => askForPasskey(hearten, 'sign-in'),
      'POST /sign-in/passkey': ({ body, caller, who }) => signInByPasskey(hearten, body, caller, who),
      ...companyRoutes(hearten, outbound),
      'POST /sign-out': ({ tx, who, caller }) => tx((t) => signOut(t, hearten, who, caller)),
      'GET /me': ({ tx, who }) => tx((t) => meOf(t, who)),
      'PATCH /me': ({ tx, who, body }) => tx((t) => changeMe(t, who, body)),
      'POST /me/password': ({ who, body, caller }) => changePassword(hearten, who, body, caller),
      'POST /me/totp': ({ who }) => beginTotp(hearten, who),
      'POST /me/totp/confirm': ({ who, body, caller }) => confirmTotp(hearten, who, body, caller),
      'DELETE /me/totp': ({ who, caller }) => endTotp(hearten, who, caller),
      'GET /me/sign-in': ({ tx, who }) => tx((t) => waysOf(t, hearten, who)),
      'POST /me/proof/begin': ({ who }) => askForPasskey(hearten, `proof ${who.accountId}`, who.accountId),
      'POST /me/proof': ({ who, body, caller }) => proveNow(hearten, who, body, caller),
      'POST /me/passkeys/begin': ({ who }) => beginPasskey(hearten, who),
      'POST /me/passkeys': ({ who, body, caller }) => addPasskey(hearten, who, body, caller),
      'PATCH /me/passkeys/:id': ({ tx, who, params, body }) => tx((t) => renamePasskey(t, who, params.id, body.name)),
      'DELETE /me/passkeys/:id': ({ who, params, caller }) => removePasskey(hearten, who, params.id, caller),
      'DELETE /people/:id/second-factor': ({ tx, who, params }) => tx((t) => resetSecondFactor(t, who, params.id)),
      'GET /workspace/sign-in': ({ tx, who }) => tx((t) => readRules(t, who)),
      'PUT /workspace/sign-in': ({ tx, who, body }) => tx((t) => setRules(t, who, body)),
      'POST /me/workspace': ({ who, body }) => switchWorkspace(hearten, who, body.workspaceId),
      'GET /me/sessions': ({ tx, who }) => tx((t) => listSessions(t, who)),
      'DELETE /me/sessions/:id': ({ tx, who, params }) => tx((t) => endSession(t, who, params.id)),
      'DELETE /me/sessions': ({ tx, who }) => tx((t) => endOtherSessions(t, who)),
      'GET /people/:id/sessions': ({ tx, who, params }) => tx((t) => sessionsOf(t, who, params.id)),
      'DELETE /people/:id/sessions': ({ tx, who, params }) => tx((t) => endSessionsOf(t, who, params.id)),
      'DELETE /people/:id/sessions/:sessionId': ({ tx, who, params }) =>
        tx((t) => endSessionsOf(t, who, params.id, { id: params.sessionId })),
      'POST /password-resets': ({ body, caller }) => askForReset(hearten, body.email, caller),
      'POST /password-resets/use': ({ body, caller }) => useReset(hearten, body, caller),
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
      'PATCH /api-keys/:id': ({ tx, who, params, body }) => tx((t) => changeKey(t, who, params.id, body)),
      'DELETE /api-keys/:id': ({ tx, who, params }) => tx((t) => revokeKey(t, who, params.id)),
      'GET /workspace': ({ tx }) => tx(readWorkspace),
      'PATCH /workspace': ({ tx, who, body }) => tx((t) => changeWorkspace(t, who, body)),
      'GET /system-mails': ({ tx }) => tx(listMails),
      'PUT /system-mails/:name': ({ tx, who, params, body }) => tx((t) => changeMail(t, who, params.name, body)),
      'DELETE /system-mails/:name': ({ tx, who, params }) => tx((t) => putMailBack(t, who, params.name)),
    },
    on: { 'session.started': newBrowser(hearten) },
    jobs: {
      'system-mail': sendSystemMail(hearten),
      'password-reset': resetRequested(hearten),
      'sign-in-failed': signInFailed(hearten),
    },
    start: () => keepTidy(hearten),
  };
}
