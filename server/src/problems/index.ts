import { NOWHERE, sql } from '../base/db.ts';
import { type Hearten, type Module, nothing } from '../base/module.ts';
import { enterCustomers, enteredCustomers, ordersRenamed } from './active.ts';
import { answerAudit, auditAnswers, auditFigures, nextAudit, takeBackAudit } from './audit.ts';
import { confirm } from './confirm.ts';
import { fileByItself, fileOver, filingOf, setFiling } from './filing.ts';
import { followMerge, followUnmerge } from './follow.ts';
import { issueHook } from './issues/hook.ts';
import { setIssue } from './issues/issue.ts';
import { changeTracker, deleteTracker, listTrackers, makeTracker } from './issues/trackers.ts';
import { judgeDue } from './life.ts';
import { mergeProblem, unmergeProblem } from './merge.ts';
import { changeProblem, conversationsOf, listProblems, makeProblem, problemById } from './problems.ts';
import { contactRate } from './rate.ts';
import { unfiled } from './unfiled.ts';
import { keepWeeks } from './weeks.ts';
import { listWishes, wishCustomers } from './wishes.ts';
import { learnWords } from './words.ts';

export { confirm } from './confirm.ts';
export { setFiling } from './filing.ts';
export { judgeProblems } from './life.ts';
export { fileMany, questionsAgain, refileQuestions, unfileMany } from './many.ts';
export { lockProblem, makeProblem, problemById } from './problems.ts';
export { findingOf, type Measured, measure } from './rate.ts';
export { resembler, telling, type Words } from './resemble.ts';
export { sides } from './verify.ts';
export { forgetWords, learnWords, suggestMany } from './words.ts';

/** How often weeks that are over or were touched are kept anew: until then they are counted when somebody looks. */
const EVERY = 600_000;

/** What customers could not do, which conversations were about it, and what is done so that it ends. */
export function problems(hearten: Hearten): Module {
  const { db, log, seal } = hearten;
  return {
    name: 'problems',
    routes: {
      'GET /problems': ({ tx, query }) => tx((t) => listProblems(t, query)),
      'POST /problems': ({ tx, who, body }) => tx((t) => makeProblem(t, who, body)),
      'GET /problems/:id': ({ tx, params }) => tx((t) => problemById(t, params.id)),
      'PATCH /problems/:id': ({ tx, who, params, body }) => tx((t) => changeProblem(t, who, params.id, body)),
      'GET /problems/:id/rate': ({ tx, params }) => tx((t) => contactRate(t, params.id)),
      'PUT /problems/:id/issue': ({ tx, who, params, body }) => tx((t) => setIssue(t, who, params.id, body)),
      'GET /trackers': ({ tx }) => tx(listTrackers),
      'POST /trackers': ({ tx, body }) => tx((t) => makeTracker(t, seal, body)),
      'PATCH /trackers/:id': ({ tx, params, body }) => tx((t) => changeTracker(t, seal, params.id, body)),
      'DELETE /trackers/:id': ({ tx, params }) => nothing(tx((t) => deleteTracker(t, params.id))),
      'GET /wishes': ({ tx, query }) => tx((t) => listWishes(t, query)),
      'GET /wishes/:id/customers': ({ tx, params, query }) => tx((t) => wishCustomers(t, params.id, query)),
      'GET /active-customers': ({ tx }) => tx(enteredCustomers),
      'PUT /active-customers': ({ tx, body }) => tx((t) => enterCustomers(t, body)),
      'GET /problems/:id/conversations': ({ tx, params, query }) => tx((t) => conversationsOf(t, params.id, query)),
      'POST /problems/:id/confirm': ({ tx, who, params, body }) => tx((t) => confirm(t, who, params.id, body)),
      'POST /problems/:id/merge': ({ tx, who, params, body }) => tx((t) => mergeProblem(t, who, params.id, body.into)),
      'POST /problems/:id/unmerge': ({ tx, who, params }) => tx((t) => unmergeProblem(t, who, params.id)),
      'GET /filing-audit': ({ tx, who }) => tx((t) => auditFigures(t, who)),
      'GET /filing-audit/next': ({ tx, who }) => tx((t) => nextAudit(t, who)),
      'GET /filing-audit/answers': ({ tx, query }) => tx((t) => auditAnswers(t, query)),
      'POST /filing-audit/:id': ({ tx, who, params, body }) => nothing(tx((t) => answerAudit(t, who, params.id, body))),
      'DELETE /filing-audit/:id': ({ tx, who, params }) => nothing(tx((t) => takeBackAudit(t, who, params.id))),
      'GET /unfiled-conversations': ({ tx, query }) => tx((t) => unfiled(t, query)),
      'GET /conversations/:id/filing': ({ tx, params }) => tx((t) => filingOf(t, params.id)),
      'PUT /conversations/:id/filing': ({ tx, who, params, body }) => tx((t) => setFiling(t, who, params.id, body)),
    },
    plain: (app) => issueHook(app, hearten),
    jobs: {
      'problem-words': (payload) =>
        db.tx(String(payload.workspaceId), (tx) => learnWords(tx, String(payload.problemId))),
      'file-resolved': (payload) =>
        db.tx(String(payload.workspaceId), (tx) => fileByItself(tx, String(payload.conversationId))),
    },
    on: {
      'conversation.status': fileOver,
      'message.replied': fileOver,
      'message.left': fileOver,
      'conversation.merged': followMerge,
      'conversation.unmerged': followUnmerge,
      'workspace.changed': ordersRenamed,
    },
    start: async () => {
      const later =
        (workspaceId: string) =>
        (error: unknown): void =>
          log.warn('Problems could not be looked at; tried again later', { error, workspaceId });
      const look = async (): Promise<void> => {
        for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`)) {
          // What goes wrong in one workspace keeps no other from its answer.
          await db.tx(id, (tx) => keepWeeks(tx)).catch(later(id));
          await db.tx(id, judgeDue).catch(later(id));
        }
      };
      const quietly = (): void => {
        look().catch((error) => log.warn('Problems could not be looked at; tried again later', { error }));
      };
      quietly();
      const often = setInterval(quietly, EVERY);
      return async () => clearInterval(often);
    },
  };
}
