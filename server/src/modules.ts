import { backup } from './backup/index.ts';
import type { Tx } from './base/db.ts';
import type { Hearten, Module } from './base/module.ts';
import type { Outbound } from './base/outbound.ts';
import { brand } from './brand/index.ts';
import { chat, type Hours as HoursNow, oldVisits, teamOf } from './channels/chat/index.ts';
import { email } from './channels/email/index.ts';
import { form } from './channels/form/index.ts';
import { type Channel, conversations, foundConversations } from './conversations/index.ts';
import { customers, foundCustomers } from './customers/index.ts';
import { firstSteps } from './first-steps/index.ts';
import { hours, hoursFor, stateAt } from './hours/index.ts';
import { mailings } from './mailings/index.ts';
import { mood } from './mood/index.ts';
import { notifications } from './notifications/index.ts';
import { praise } from './praise/index.ts';
import { privacy } from './privacy/index.ts';
import { problems } from './problems/index.ts';
import { reports } from './reports/index.ts';
import { sample } from './sample/index.ts';
import { stream } from './stream/index.ts';
import { surveys } from './surveys/index.ts';
import { type Founding, team } from './team/index.ts';
import { topics } from './topics/index.ts';
import { webhooks } from './webhooks/index.ts';

/** What every new workspace begins with. */
export const founding: Founding[] = [foundCustomers, foundConversations];

/** THE list: everything Hearten can do, in the order of its floors. */
export function makeModules(hearten: Hearten, outbound?: Outbound): Module[] {
  const mail = email(hearten, outbound);
  const forms = form(hearten, mail);
  const talk = chat(hearten, {
    mail: mail.channel,
    mayWriteTo: mail.mayWriteTo,
    inboxes: mail.inboxes,
    hoursOf: hoursNow,
  });
  const channels: Channel[] = [mail.channel, talk.channel, forms.channel];
  const channelOf = (name: string): Channel => {
    const found = channels.find((channel) => channel.name === name);
    if (!found) throw new Error(`There is no channel ${name}.`);
    return found;
  };
  return [
    brand(hearten, outbound),
    team(hearten, founding, outbound),
    customers,
    conversations(hearten, channelOf),
    hours(hearten, outbound),
    praise(hearten),
    mood(hearten),
    problems(hearten),
    reports(hearten),
    mailings(hearten, channelOf),
    surveys(hearten, channelOf),
    topics(hearten),
    mail,
    talk,
    forms,
    notifications(hearten, outbound),
    webhooks(hearten, outbound),
    stream(hearten),
    sample(hearten, founding, mail.take),
    firstSteps,
    backup(hearten),
    privacy(hearten, {
      erase: async (tx, addresses) => {
        await mail.erase(tx, addresses);
        await talk.erase(tx, addresses);
      },
      visits: oldVisits,
    }),
  ];
}

/** Whether somebody is there now for what comes to this inbox: of the team that gets it, if one does. Null where nobody said when. */
async function hoursNow(tx: Tx, inboxId: string): Promise<HoursNow> {
  const held = await hoursFor(tx, { inboxId, teamId: await teamOf(tx, inboxId) });
  if (!held) return null;
  const { open, closesAt, opensAt } = stateAt(held.hours, Date.now());
  return { open, until: closesAt, opens: opensAt };
}
