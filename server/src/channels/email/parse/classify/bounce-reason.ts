import { deliveryReasons } from '@hearten/contract';

export type Reason = { code: string; words: string; hard: boolean };

const REASONS: Record<string, { words: string; hard: boolean }> = {
  unknown: { words: deliveryReasons['address-unknown'], hard: true },
  host: { words: deliveryReasons['no-such-host'], hard: true },
  moved: { words: deliveryReasons.moved, hard: true },
  notaccept: { words: deliveryReasons['takes-none'], hard: true },
  full: { words: deliveryReasons.full, hard: false },
  size: { words: deliveryReasons.size, hard: false },
  disabled: { words: deliveryReasons.disabled, hard: false },
  spam: { words: deliveryReasons['taken-for-spam'], hard: false },
  blocked: { words: deliveryReasons['we-are-blocked'], hard: false },
  auth: { words: deliveryReasons['not-verified'], hard: false },
  policy: { words: deliveryReasons.policy, hard: false },
  sender: { words: deliveryReasons.sender, hard: false },
  virus: { words: deliveryReasons.virus, hard: false },
  relay: { words: deliveryReasons.relay, hard: false },
  rate: { words: deliveryReasons.rate, hard: false },
  network: { words: deliveryReasons.network, hard: false },
  expired: { words: deliveryReasons.expired, hard: false },
  later: { words: deliveryReasons.delayed, hard: false },
  system: { words: deliveryReasons['server-problem'], hard: false },
  refused: { words: deliveryReasons.refused, hard: false },
};

/** First match wins: the words of the refusing server say more than its code, and the narrow ones stand first. */
const WORDS: [string, RegExp][] = [
  [
    'full',
    /mailbox (is )?full|mailbox size limit|over ?quota|quota (is )?exceed|exceeded .{0,20}quota|quota.{0,30}exceeded|exceeded storage|insufficient (system )?storage|not enough (storage|space)|storage quota|out of (disk )?space|mail ?box has exceeded|account is full|disk quota|postfach (ist )?voll|box(a)? pi[eè]n|bo[iî]te pleine|メールボックス.{0,10}(いっぱい|満杯)|邮箱已满|переполнен/i,
  ],
  [
    'moved',
    /user has moved|has moved to|address has changed|no longer (at|with) this|new address|has changed (his|her|their) address|account.{0,20}moved/i,
  ],
  [
    'notaccept',
    /does not accept (any )?mail|null ?mx|system not accepting network|not accepting (any )?(mail|messages)|does not receive mail/i,
  ],
  [
    'disabled',
    /(account|mailbox|user|address|recipient).{0,30}(disabled|suspended|inactive|deactivated|locked|expired|frozen|blocked|not active)|not active|temporarily disabled/i,
  ],
  ['virus', /virus|malware|infected|trojan|suspicious attachment|blocked .{0,20}attachment|attachment type/i],
  [
    'size',
    /too (large|big|long)|size exceed|exceeds .{0,30}(size|limit)|maximum (message )?size|message size|5\.3\.4|5\.2\.3|zu gro[sß]s?/i,
  ],
  [
    'auth',
    /\b(spf|dkim|dmarc)\b|sender policy|authentication (checks?|required|failed|credentials)|not authenticated|unauthenticated|must authenticate/i,
  ],
  [
    'rate',
    /too many (messages|connections|recipients|emails|concurrent|errors)|rate.?limit|throttl|try again later.{0,30}limit|exceeded .{0,20}(rate|limit)|slow down/i,
  ],
  [
    'spam',
    /\bspam\b|unsolicited|junk mail|bulk mail|content (filter|rejected|presents)|blocked because its content|looks like spam|spamhaus.{0,40}content|message content rejected|uribl|surbl/i,
  ],
  [
    'blocked',
    /black ?list|block ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|reputation|banned|client host.{0,60}(rejected|blocked)|ip (address )?.{0,40}(blocked|listed|rejected|refused)|cannot find your (reverse )?hostname|reverse dns|\bptr\b|bad helo|access denied.{0,40}ip|poor reputation|not permitted to (connect|send)/i,
  ],
  [
    'sender',
    /sender.{0,40}(rejected|denied|invalid|unknown|refused|not exist|verif|resolve)|mail from.{0,30}(rejected|denied)/i,
  ],
  ['system', /unknown mailer error|command (died|failed|output|time)|exit status|can'?t create output/i],
  [
    'host',
    /host (or domain )?(name )?(unknown|not found)|unknown (host|domain)|domain (name )?(not found|does not exist|is not valid|unknown|not exist)|name or service not known|no such (host|domain)|unrouteable address|unroutable|unrouteable|couldn'?t find any host|bad destination (mailbox|system)|nxdomain|illegal host|domain.{0,30}(couldn'?t|could not) be found|no mx|mail for .{0,60}loops back|invalid domain|cannot resolve|all relevant mx records point/i,
  ],
  [
    'unknown',
    /user (is )?unknown|unknown (user|recipient|local|address|mailbox|account)|no such (user|person|address|recipient|mailbox|account|local)|(user|recipient|mailbox|account|address|addressee).{0,60}(not found|does ?n[o']t exist|unknown|couldn'?t be found|could not be found|invalid|is not known|not listed|not exist|doesn'?t have|unavailable|not recognized|no longer (exists|available|valid|active))|invalid (recipient|mailbox|address|user)|not a (valid|known) (user|mailbox|recipient)|(isn'?t|not) (a )?(known|listed)|no mailbox|address rejected: (user|unknown|undeliverable|no such)|address not found|no account|not our customer|address couldn'?t be found|wasn'?t found at|unknown to|does not like recipient|is not a known|no valid recipients|kein(e)? (empf|mailbox|postfach)|unbekannt|inconnu|desconocid|sconosciut|不明|不存在|存在しません|не существует|пользователь не найден|5\.1\.1\b/i,
  ],
  [
    'relay',
    /relay(ing)? (access )?(denied|not|prohibited)|not permitted to relay|we do not relay|unable to relay|relay not/i,
  ],
  [
    'policy',
    /policy|prohibited|not (allowed|authorized|authorised|permitted)|access denied|administrative|rejected by|security|denied|complaint|not accept/i,
  ],
  [
    'expired',
    /(message|delivery|mail|retry).{0,40}(expired|timed? ?out|timeout)|retry time(out)? (not reached|exceeded)|expired|too long in (the )?queue|been in the queue|could not be delivered for|gave up|giving up|4\.4\.7|5\.4\.7/i,
  ],
  [
    'network',
    /connection (timed out|refused|reset|lost|dropped|failed)|could ?n[o']t connect|unable to connect|network (is )?unreachable|no route to host|host (is )?(unreachable|down)|timed? ?out|no response|lost connection|dns (error|lookup|failure)|name server|temporary lookup|loop detected|too many hops|mail loop/i,
  ],
  [
    'later',
    /gr[ea]y ?list|try (again )?later|temporar|deferred|delayed|will (be )?retr|still being retried|not yet been delivered/i,
  ],
  [
    'system',
    /internal (server )?error|system (error|problem|resources)|service (is )?(not |un)available|configuration error|mailer error|local error|resources temporarily/i,
  ],
];

const CODES: [RegExp, string][] = [
  [/^[45]\.1\.[016]$/, 'unknown'],
  [/^[45]\.1\.2$/, 'host'],
  [/^[45]\.1\.10$/, 'notaccept'],
  [/^[45]\.2\.1$/, 'disabled'],
  [/^[45]\.2\.2$/, 'full'],
  [/^[45]\.(2\.3|3\.4)$/, 'size'],
  [/^4\.4\.7$|^5\.4\.7$/, 'expired'],
  [/^[45]\.4\.[46]$/, 'host'],
  [/^[45]\.4\./, 'network'],
  [/^[45]\.7\.(2[0-9]|9|15)$/, 'auth'],
  [/^[45]\.7\./, 'policy'],
  [/^[45]\.3\./, 'system'],
  [/^4\./, 'later'],
];

/** Why it came back, from the diagnostic text and the enhanced status code. */
export function bounceReason(diagnostic: string, status: string | null): Reason {
  const text = diagnostic.slice(0, 4000);
  for (const [code, pattern] of WORDS) if (pattern.test(text)) return reason(code);
  if (status) for (const [pattern, code] of CODES) if (pattern.test(status)) return reason(code);
  return reason('refused');
}

function reason(code: string): Reason {
  const r = REASONS[code] ?? { words: deliveryReasons.refused, hard: false };
  return { code, ...r };
}

/** The first enhanced status code in a text that is not 2.x.x. */
export function statusIn(text: string): string | null {
  const m = /(?:^|[\s#<(;:-])([45]\.\d{1,3}\.\d{1,3})(?=[\s>):;,#.]|$)/.exec(text.slice(0, 4000));
  return m?.[1] ?? null;
}
