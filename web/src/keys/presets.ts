import type { ActionId } from './catalogue.ts';

/** What other desks and mailboxes taught people's fingers: only what differs from Hearten's own keys. */
export const presets = {
  hearten: {},
  gmail: {
    snooze: 'b',
    tag: 'l',
    note: 'N',
    nextMessage: 'n',
    previousMessage: 'p',
    priority: '=',
    goSnoozed: 'g b',
    merge: 'h m',
    split: 'h s',
    splitOff: 'h o',
    jumpToNew: 'J',
    relate: 'h l',
    child: 'h t',
    parent: 'h p',
    aside: 'h a',
    otherWay: 'h v',
    abuse: 'h b',
    followUp: 'h f',
    mergeCustomer: 'h c',
    noteCustomer: 'h n',
  },
  helpscout: {
    reopen: 's a',
    wait: 's p',
    resolve: 's c',
    spam: 's s',
    snooze: 'b',
  },
} as const satisfies Record<string, Partial<Record<ActionId, string>>>;
export type Preset = keyof typeof presets;
export const presetNames: Record<Preset, string> = { hearten: 'Hearten', gmail: 'Gmail', helpscout: 'Help Scout' };
