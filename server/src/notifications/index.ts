import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { type Module, nothing } from '../base/module.ts';
import { notifyTrouble } from './inbox-trouble.ts';
import { forgetConversations, listNotifications, markNotificationsSeen, notify } from './who.ts';

const told = [
  'message.received',
  'message.noted',
  'conversation.assigned',
  'message.failed',
  'message.unknown',
  'message.bounced',
  'message.refused',
  'message.held',
  'conversation.woke',
  'conversation.moved',
];

export const notifications: Module = {
  name: 'notifications',
  routes: {
    'GET /notifications': ({ query, who, tx }) => {
      if (query.cursor && !isId(query.cursor))
        throw Invalid('This cursor is not one that a list gave out. Begin without one.');
      return tx((t) => listNotifications(t, who.id, query.cursor, query.limit));
    },
    'POST /notifications/seen': ({ body, who, tx }) => nothing(tx((t) => markNotificationsSeen(t, who.id, body.ids))),
  },
  onBatch: { events: told, react: notify },
  on: { 'inbox.trouble': notifyTrouble, 'conversation.deleted': forgetConversations },
};
