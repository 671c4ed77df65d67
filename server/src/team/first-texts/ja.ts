import type { MailText } from '../mail-texts.ts';

export const ja = {
  invitation: {
    subject: 'Hearten の {{workspace.name}} に参加してください',
    body: '{{person.name}} 様\n\n{{inviter.name}} さんが {{workspace.name}} に招待しています。次のリンクを開き、パスワードを決めて始めてください。\n\n{{link}}\n\nリンクは {{days}} 日以内に一度だけ使えます。心当たりがない場合は、そのままにしてください。何も起こりません。',
  },
  'password-reset': {
    subject: '新しいパスワードを決めてください',
    body: '{{person.name}} 様\n\nHearten の新しいパスワードが求められました。次のリンクを開いて決めてください。\n\n{{link}}\n\nリンクは {{minutes}} 分以内に一度だけ使えます。心当たりがない場合、パスワードは今のままです。何もする必要はありません。',
  },
  'password-changed': {
    subject: 'パスワードが変更されました',
    body: '{{person.name}} 様\n\nHearten へのサインインのパスワードが {{time}} に変更され、ほかでサインインしていた方はサインアウトされました。\n\n{{ways}}\n\nご自身でない場合は、すぐにサインインのページで新しいパスワードを求め、ワークスペースのオーナーに知らせてください。',
  },
  acknowledgement: {
    subject: 'メッセージを受け取りました（#{{conversation.number}}）',
    body: '{{workspace.name}} にご連絡いただきありがとうございます。メッセージは番号 {{conversation.number}} で届きました。担当者がお返事します。\n\n書き足したいことがあれば、このメールに返信してください。',
  },
  'form-acknowledgement': {
    subject: 'お問い合わせを受け付けました (#{{conversation.number}})',
    body: '{{workspace.name}} へのお問い合わせありがとうございます。番号 {{conversation.number}} で受け付けました。担当者がお答えします。\n\n{{hours}}\n\n補足がある場合は、このメールに返信してください。お心当たりがない場合は、何もする必要はありません。',
  },
  'inbox-trouble': {
    subject: '{{inbox.address}} を確認してください：Hearten がこのメールボックスを使えません',
    body: '{{person.name}} 様\n\n{{workspace.name}} の {{inbox.address}} は {{since}} から問題が起きています。\n\n{{text}}\n\nここで直せます。\n\n{{link}}\n\nHearten は試し続け、続く間は一日に一度お知らせします。',
  },
  notification: {
    subject: '{{title}}',
    body: '{{person.name}} 様\n\n{{title}}\n\n{{text}}\n\n{{link}}',
  },
} satisfies Record<string, MailText>;
