import type { Hearten, Module } from '../base/module.ts';
import { confirm } from './confirm.ts';
import { fileByItself, fileResolved, filingOf, followMerge, setFiling } from './filing.ts';
import { mergeProblem, unmergeProblem } from './merge.ts';
import { changeProblem, conversationsOf, listProblems, makeProblem, problemById } from './problems.ts';
import { learnWords } from './words.ts';

export { lockProblem } from './problems.ts';
export { forgetWords } from './words.ts';

/** What customers could not do, which conversations were about it, and what is done so that it ends. */
export function problems({ db }: Hearten): Module {
  return {
    name: 'problems',
    routes: {
      'GET /problems': ({ tx, query }) => tx((t) => listProblems(t, query)),
      'POST /problems': ({ tx, who, body }) => tx((t) => makeProblem(t, who, body)),
      'GET /problems/:id': ({ tx, params }) => tx((t) => problemById(t, params.id)),
      'PATCH /problems/:id': ({ tx, who, params, body }) => tx((t) => changeProblem(t, who, params.id, body)),
      'GET /problems/:id/conversations': ({ tx, params, query }) => tx((t) => conversationsOf(t, params.id, query)),
      'POST /problems/:id/confirm': ({ tx, who, params, body }) => tx((t) => confirm(t, who, params.id, body)),
      'POST /problems/:id/merge': ({ tx, who, params, body }) => tx((t) => mergeProblem(t, who, params.id, body.into)),
      'POST /problems/:id/unmerge': ({ tx, who, params }) => tx((t) => unmergeProblem(t, who, params.id)),
      'GET /conversations/:id/filing': ({ tx, params }) => tx((t) => filingOf(t, params.id)),
      'PUT /conversations/:id/filing': ({ tx, who, params, body }) => tx((t) => setFiling(t, who, params.id, body)),
    },
    jobs: {
      'problem-words': (payload) =>
        db.tx(String(payload.workspaceId), (tx) => learnWords(tx, String(payload.problemId))),
      'file-resolved': (payload) =>
        db.tx(String(payload.workspaceId), (tx) => fileByItself(tx, String(payload.conversationId))),
    },
    on: {
      'conversation.status': fileResolved,
      'message.replied': fileResolved,
      'conversation.merged': followMerge,
    },
  };
}
