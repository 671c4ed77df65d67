import type { Hearten, Module } from './base/module.ts';
import type { Outbound } from './base/outbound.ts';
import { email } from './channels/email/index.ts';
import { type Channel, conversations, foundConversations } from './conversations/index.ts';
import { customers, foundCustomers } from './customers/index.ts';
import { notifications } from './notifications/index.ts';
import { type Founding, team } from './team/index.ts';

/** What every new workspace begins with. */
export const founding: Founding[] = [foundCustomers, foundConversations];

/** THE list: everything Hearten can do, in the order of its floors. */
export function makeModules(hearten: Hearten, outbound?: Outbound): Module[] {
  const mail = email(hearten, outbound);
  const channels: Channel[] = [mail.channel];
  const channelOf = (name: string): Channel => {
    const found = channels.find((channel) => channel.name === name);
    if (!found) throw new Error(`There is no channel ${name}.`);
    return found;
  };
  return [
    team(hearten, founding),
    customers,
    conversations(hearten, channelOf),
    mail,
    notifications(hearten, outbound),
  ];
}
