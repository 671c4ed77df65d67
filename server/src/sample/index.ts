import type { Hearten, Module } from '../base/module.ts';
import type { Founding } from '../team/index.ts';
import { followPerson } from './follow.ts';
import { makeSample, type Take } from './make.ts';
import { removeSample } from './remove.ts';
import { beginSample, dropSample, sampleHere } from './workspace.ts';

export { seed } from './seed.ts';

/** Northwind Lamps: a workspace of its own full of invented conversations, to look around in. It is made and removed by jobs. */
export function sample(hearten: Hearten, founding: readonly Founding[], take: Take): Module {
  return {
    name: 'sample',
    routes: {
      'GET /sample': ({ who, tx }) => tx((t) => sampleHere(t, who)),
      'POST /sample': ({ who, tx }) => tx((t) => beginSample(t, hearten, who, founding)),
      'DELETE /sample': ({ who, tx }) => tx((t) => dropSample(t, hearten, who)),
    },
    on: { 'person.changed': followPerson },
    jobs: {
      'make-sample': ({ workspaceId, sampleId }) => makeSample(hearten, String(workspaceId), String(sampleId), take),
      'remove-sample': ({ workspaceId, sampleId }) => removeSample(hearten, String(workspaceId), String(sampleId)),
    },
  };
}
