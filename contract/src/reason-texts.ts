/** Marks a text for the translators. */
const say = (text: string): string => text;

/** What became of a message of ours on its way. */
export const deliveryReasons = {
  quoted: say('{text}'),
  'address-unknown': say('The address does not exist.'),
  'no-such-host': say('The domain of the address does not exist or takes no mail.'),
  moved: say('The person has moved to another address.'),
  'takes-none': say('The other server takes no mail for this address at all.'),
  full: say('The mailbox is full.'),
  size: say('The message was too large for the other server.'),
  disabled: say('The mailbox is disabled or suspended.'),
  'taken-for-spam': say('The other server took the message for spam.'),
  'we-are-blocked': say('The other server refuses mail from our server.'),
  'not-verified': say('The other server could not verify us (SPF, DKIM or DMARC).'),
  policy: say('The rules of the other server refused the message.'),
  sender: say("The other server refused the sender's address."),
  virus: say('The other server took the message for a virus.'),
  relay: say('The other server refused to pass the message on.'),
  rate: say('Too many messages at once; the other server asks to slow down.'),
  network: say('The other server could not be reached.'),
  expired: say('It could not be delivered in time; the server gave up trying.'),
  delayed: say('It is delayed; the server goes on trying.'),
  'server-problem': say('The other server had a problem of its own.'),
  refused: say('The other server refused the message.'),
  'came-back': say('It came back.'),
  'marked-as-spam': say('The recipient marked this message as spam.'),
  delivered: say('It was delivered.'),
  'handed-on': say('It was handed on to a server that reports no further.'),
  'reported-delivered': say('A mail server reports that it was delivered.'),
  answered: say('It arrived: it was answered.'),
  'in-sent-folder': say('It left: the mail server keeps it in the Sent folder.'),
  reported: say('It left: a mail server reported on it.'),
  'said-so': say('Someone here says that it arrived.'),
  taken: say('Taken by the mail server'),
  stopped: say('The program stopped while it was sending this. It may have arrived, or not.'),
  'may-have-arrived': say('It may have arrived, or not: {why}'),
  'given-up': say('Given up after {n} tries: {why}'),
  'not-ready': say('It could not be made ready for sending: {error}'),
  'server-said': say('{why} The mail server said: {said}'),
  'not-confirmed': say('The mail server took the whole message but did not say whether it keeps it ({error}).'),
  disconnected: say('The inbox this belongs to was disconnected.'),
  'no-server': say(
    'This inbox has no server to send with. Nothing was sent; add one under Settings, Inboxes, and send again.',
  ),
  'practice-only': say(
    'The practice inbox writes to nobody but you as a customer. Nothing was sent; answer real customers from an inbox of your own.',
  ),
  'practice-address': say(
    'This address belongs to your practice conversation and exists nowhere else. Nothing was sent; answer it there.',
  ),
  nobody: say('It is addressed to nobody but this inbox itself. Nothing was sent; add a recipient.'),
  'answers-stay': say('Answers do not leave: {why}'),
};

/** What is wrong with a mail server, and what to do. `{heard}` is `heard`, or nothing. */
export const serverReasons = {
  heard: say(' (it said: {said})'),
  'no-sign-in': say(
    '{host} takes no user name and password on port {port}{heard}. Leave both empty for sending, or use the port and security it signs in with.',
  ),
  'not-opened': say(
    '{by} signed us in, but {host} does not open this mailbox{heard}. Check that {protocol} is allowed for it and that the account may use it; if that is so, sign in again.',
  ),
  'wrong-password': say(
    '{host} refused the user name or password{heard}. Check both; many providers want an app password here instead of the usual one.',
  ),
  'no-host': say("There is no server named {host}. Check the spelling, or this machine's DNS."),
  'nothing-at-port': say(
    '{host} is there, but nothing answers on port {port}. The usual ports are {tls} (TLS) and {starttls} (STARTTLS).',
  ),
  'not-reached': say("{host} can't be reached from this machine. A firewall or the network may be in the way."),
  'certificate-name': say(
    "The certificate of {host} is for another name, so the password was not sent. Use the server's exact name, or have its certificate put right.",
  ),
  'certificate-expired': say(
    "The certificate of {host} has expired, so the password was not sent. Use the server's exact name, or have its certificate put right.",
  ),
  'certificate-unsigned': say(
    "The certificate of {host} is not signed by an authority this machine knows, so the password was not sent. Use the server's exact name, or have its certificate put right.",
  ),
  'certificate-invalid': say(
    "The certificate of {host} is not valid, so the password was not sent. Use the server's exact name, or have its certificate put right.",
  ),
  'no-answer': say('{host}, port {port} does not answer in time. Check the port; a firewall may be in the way.'),
  'no-answer-tls': say(
    '{host}, port {port} does not answer in time. Check the port (TLS from the start is usually on another port than STARTTLS); a firewall may be in the way.',
  ),
  'no-tls': say('{host}, port {port} does not speak TLS from the start; try STARTTLS, or the port for TLS.'),
  'no-starttls': say('{host}, port {port} does not speak STARTTLS; try TLS, or the port for STARTTLS.'),
  closed: say('{host}, port {port} closed the connection{heard}.'),
  unexpected: say('{host}, port {port} answered something unexpected: {said}.'),
  'unexpected-silent': say('{host}, port {port} answered something unexpected.'),
  'error-of': say('{host}, port {port} answered something unexpected ({error}).'),
  'secret-refused': say(
    '{provider} does not accept the client ID or secret of this workspace any more; client secrets run out. Mail waits safely at {provider}. Enter a new secret under Settings, Sign-in for mailboxes; nobody has to sign in again.',
  ),
  'grant-ended': say(
    '{provider} no longer lets Hearten into the mailbox of {account}: the permission was taken back, the password was changed, or it has run out. Mail waits safely at {provider}, and answers wait here. Sign in again.',
  ),
  'grant-refused': say(
    '{provider} no longer lets Hearten into the mailbox of {account}: it said {said}. Mail waits safely at {provider}, and answers wait here. Sign in again.',
  ),
  'no-folder': say('There is no folder named {folder} in the mailbox.'),
  'no-folder-among': say('There is no folder named {folder}. There are: {folders}.'),
  'folder-empty': say('The folder {folder} is there. It is empty.'),
  'folder-holds': say('The folder {folder} is there. It holds {n, plural, one {# mail} other {# mails}}.'),
  'folder-not-opened': say('The folder {folder} could not be opened. {why}'),
  'host-there': say('{host} is there.'),
  'port-answers': say('It answers on port {port}.'),
  'not-encrypted': say(
    'The connection is not encrypted: the password and all mail can be read on the way. Use this inside your own network only.',
  ),
  encrypted: say('The connection is encrypted and the certificate is good.'),
  'password-right': say('User name and password are right.'),
};

/** What speaks for or against taking a mail for spam. */
export const spamReasons = {
  'host-marked': say('Your mail host marked it as spam ({header}: {value})'),
  'host-level': say('Your mail host marked it as spam (Microsoft’s spam confidence level: {level} of 9)'),
  'host-virus': say('Your mail host found a virus in it ({header})'),
  'name-address': say('Its name shows an address ({address}) that is not the sender’s'),
  'answers-elsewhere': say('Answers would go elsewhere, to {address}'),
  'hidden-program': say('It carries a program that pretends to be a document ({file})'),
  program: say('It carries a program ({file})'),
  'link-elsewhere': say('A link shows {shown} but leads to {link}'),
  'bare-address': say('A link leads to a bare address ({address})'),
  'mixed-letters': say('A word mixes alphabets to look like another: {word}'),
  'no-message-id': say('It has no Message-ID, which every mail program writes'),
  'many-addresses': say('It was written to {n} addresses at once'),
  capitals: say('Its subject is all in capitals'),
  shouting: say('Its subject shouts (!!!)'),
  'sender-blocked': say('This sender was blocked on {day}'),
  'sender-blocked-by': say('This sender was blocked by {person} on {day}'),
  'domain-blocked': say('Everyone at {domain} was blocked on {day}'),
  'domain-blocked-by': say('Everyone at {domain} was blocked by {person} on {day}'),
  'sender-allowed': say('This sender was allowed on {day}'),
  'sender-allowed-by': say('This sender was allowed by {person} on {day}'),
  'domain-allowed': say('Everyone at {domain} was allowed on {day}'),
  'domain-allowed-by': say('Everyone at {domain} was allowed by {person} on {day}'),
  'name-used': say('{why}, but this mail is not from there: somebody uses the name'),
  forged: say('The sender’s domain, {domain}, says this mail is forged (DMARC fail)'),
  'forged-spf': say('The sender’s domain, {domain}, says this mail is forged (SPF fail)'),
  'forged-unsigned': say('The sender’s domain, {domain}, says this mail is forged (not signed by it)'),
  unproven: say('Nothing proves that {domain} sent this'),
  'words-of-spam': say(
    '{n, plural, one {Words like those of one mail marked as spam here: {words}} other {Words like those of # mails marked as spam here: {words}}}',
  ),
  'words-of-good': say('Words like those of mail that was answered here: {words}'),
  'takes-part': say('They take part in this conversation'),
  'written-before': say('You have written to this sender before'),
  'form-trap': say('A field was filled in that people don’t see'),
  'form-fast': say('The form was sent {seconds} seconds after it was opened'),
  'took-part': say('They took part in an earlier conversation'),
};

/** What the DNS of a domain says of the mail it sends, and what to do. */
export const dnsReasons = {
  'dns-silent': say('DNS did not answer ({error}). This says nothing about the record; check again in a while.'),
  'spf-none-inward': say(
    'There is no SPF record: nothing says which servers may send for this domain. Answers go over {hosts}, in your own network; the record has to name the public address from which that server sends, like v=spf1 ip4:… ~all. Whoever runs it knows the address.',
  ),
  'spf-none': say(
    'There is no SPF record: nothing says which servers may send for this domain, so some receivers take answers for forged.',
  ),
  'spf-many': say('There are {n} SPF records, and receivers then take none of them. Keep one line that holds all:'),
  'spf-all': say('It ends with +all: the whole world may send for this domain. End it with ~all.'),
  'spf-long': say(
    "Following it takes more than {most} look-ups, and receivers then take none of it. Leave out services that don't send for you any more.",
  ),
  'spf-without': say(
    'It does not name {hosts}, which sends the answers. If that server hands mail on to another that is named, all is well; else put it in:',
  ),
  'spf-missing': say(
    'It names {hosts}, which does not exist (any more). More than two of those, and receivers take none of it.',
  ),
  'spf-open': say('It lets our servers send, but says nothing about all others. End it with ~all.'),
  'spf-inward': say(
    "Answers go over {hosts}, in your own network. Make sure that the public address from which that server sends is named; it can't be seen from here.",
  ),
  'spf-good': say('It lets our servers send, and takes {n} of {most} look-ups to follow.'),
  'dmarc-none': say(
    'There is no DMARC record: anyone can write in this domain’s name, and big providers want one. Begin with p=none, which changes nothing but brings reports; later quarantine, then reject.',
  ),
  'dmarc-many': say('There are several DMARC records, and receivers then take none. Keep one.'),
  'dmarc-no-policy': say('It has no policy that receivers know (p=none, quarantine or reject).'),
  'policy-none': say('The policy is none, so receivers only report what fails and deliver it all the same.'),
  'policy-quarantine': say('The policy is quarantine, so what fails goes to spam.'),
  'policy-reject': say('The policy is reject, so what fails is turned away.'),
  'policy-above': say('It comes from {domain}: {why}'),
  'policy-strict': say(
    '{why} It is strict about names: what signs and sends must carry exactly this domain; ours does.',
  ),
  'reports-nowhere': say('{why} Reports go nowhere: name an address (rua) that gets them.'),
  'reports-not-taken': say(
    '{why} Reports go to {to}, which has not said that it takes them, so receivers send none. There it needs a record at {record}.',
  ),
  'policy-next': say('{why} When the reports show that all your own mail passes, go on to quarantine.'),
  'mx-none': say(
    'There is no MX record: answers of customers may not arrive. Your mail provider says which line it needs.',
  ),
  'mx-null': say('The MX record says that this domain takes no mail at all, so no answer of a customer arrives.'),
  'mx-good': say('Mail to this domain has somewhere to go.'),
  'dkim-none': say(
    'Hearten does not sign mail of this domain. If your mail provider signs it, all is well; else make a key here.',
  ),
  'dkim-lost': say(
    'The line of {key}, which signs, has gone from DNS or holds another key. It signs no more until it is back:',
  ),
  'dkim-waiting': say(
    'The key {key} is not in DNS yet, so it signs nothing. Hearten looks every ten minutes; publish this line:',
  ),
  'dkim-unknown': say('DNS did not answer about every key. Nothing was changed; check again in a while.'),
  'dkim-good': say('What leaves is signed, and DNS shows the key.'),
};

/** Why a mail was not read, or was left aside. */
export const mailReasons = {
  'mail-empty': say('The mail is empty: not a single byte arrived.'),
  'mail-too-big': say('The mail is larger than can be read, and is kept unread.'),
  'not-mail': say('This is not an e-mail: it has no headers and is not text.'),
  'too-slow': say('Reading this mail took too much time or memory and was stopped.'),
  'parser-crashed': say('The parser failed on this mail.'),
  unreadable: say('It could not be read.'),
  'no-sender': say('It names no sender, so nobody could be answered.'),
  'no-message': say('It could not be made into a message ({error}).'),
  'nothing-handed-out': say('The mail server handed out nothing.'),
  'fetched-again': say('It is fetched again within a minute.'),
  'import-aside': say(
    '{n, plural, one {One file was no mail and left aside: {names}} other {# files were no mail and left aside: {names}}}',
  ),
  'import-nowhere': say('There is no file or folder {path}. Nothing was changed.'),
  'import-locked': say("{path} can't be read ({code}). Nothing was changed; let the user that runs Hearten read it."),
};

/** Why what a provider posted was not taken. */
export const providerReasons = {
  'one-too-large': say(
    'A mail was larger than can be taken in one request ({n} MB), so it was refused. MAX_MAIL_MB sets the limit. Look for it at the provider.',
  ),
  'mailgun-apart': say(
    'Mailgun sent this mail taken apart, without its raw form. Nothing was stored, and Mailgun tries again for eight hours. In the route, let the address of forward() end with /mailgun/mime.',
  ),
  'postmark-other': say('This is not what Postmark sends (JSON). Nothing was stored.'),
  'postmark-apart': say(
    'Postmark sent this mail taken apart, without its raw form. Nothing was stored, and Postmark tries again for ten hours. Switch on “Include raw email content in JSON payload” in the settings of the inbound stream.',
  ),
  'sendgrid-other': say(
    'This is not a form, or it was cut short on its way. Nothing was stored, and SendGrid tries again.',
  ),
  'sendgrid-apart': say(
    'SendGrid sent this mail taken apart, without its raw form. Nothing was stored. Switch on “POST the raw, full MIME message” for this host under Inbound Parse.',
  ),
  'ses-no-mail': say(
    'Amazon told of a mail without handing it over. Nothing was stored. Let the receipt rule publish to the topic with the SNS action in base64, or put mail into S3 and name the topic there.',
  ),
  'ses-no-key': say(
    'Amazon put this mail into the bucket {bucket} as {key} and only told where. It lies safely there. Enter an access key that may read the bucket (s3:GetObject) in the settings of this inbox, or let the receipt rule use the SNS action instead, which hands over mail up to 150 kB.',
  ),
  's3-not-read': say(
    'The mail lies safely in the bucket {bucket} as {key}, but could not be fetched from there ({why}). Let the access key read this bucket (s3:GetObject); Amazon tries again for an hour.',
  ),
  'sns-no-certificate': say(
    'The certificate of Amazon SNS could not be fetched ({error}), so this message could not be checked. Nothing was stored; Amazon tries again.',
  ),
  'sns-not-confirmed': say('Amazon did not take the confirmation of the subscription (status {status}).'),
};

/** Why no backup was made, or what is not in it. */
export const backupReasons = {
  'broken-off': say('It was broken off.'),
  'missing-here': say('Missing here, so not in it: {names}'),
  'another-runs': say('Another backup is being made. This one did not begin.'),
  'pack-gone': say('The pack {pack} went away from {place} while it was copied. Try again.'),
  'backup-unheld': say(
    'The connection to the database broke while files were copied, and they may have changed meanwhile. Nothing was kept of it. Try again.',
  ),
  'backup-stopped': say('It was stopped before it was done. The next one is made as usual.'),
  'file-there': say('{path} is there already. Nothing was written; choose another name.'),
  'backup-disk-full': say(
    'There is no room left where it is written ({error}). Make room, or set another place in BACKUP_TO.',
  ),
  'backup-not-allowed': say(
    'Hearten may not write where BACKUP_TO points ({error}). Let the user that runs Hearten write there.',
  ),
};

export const chatReasons = {
  'chat-unread': say('In the chat, and not read yet. Unread, it goes by mail.'),
  'chat-read': say('Read in the chat'),
  'chat-no-address': say('In the chat, not read yet. There is no address to write to.'),
  'chat-mailed': say('Not read in the chat, so sent by mail'),
  'chat-mailed-with': say('Not read in the chat, so sent by mail together with the answer after it'),
};

/**
 * Why something is as it is, kept as a code with what it is told, and said in the language of whoever reads it: by the server, and by the
 * app, whose words hold each under `reason:CODE`. A code stays what it means, for rows keep it; its English may change. What another
 * server said itself is `quoted`.
 */
export const reasons = {
  ...deliveryReasons,
  ...serverReasons,
  ...spamReasons,
  ...dnsReasons,
  ...mailReasons,
  ...providerReasons,
  ...backupReasons,
  ...chatReasons,
};
