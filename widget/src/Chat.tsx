import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatLine } from '../../contract/src/chat.ts';
import { About, AskMail, mailTo } from './About.tsx';
import { Composer } from './Composer.tsx';
import { asked, change, earlier, leave, mayBegin, retry } from './doing.ts';
import { Felt } from './Felt.tsx';
import { alone, facts } from './facts.ts';
import { Hours } from './Home.tsx';
import { Attached, Face, focus, IconButton, Person, Words } from './parts.tsx';
import {
  aloud,
  chats,
  current,
  felt,
  greeting,
  lines,
  online,
  screen,
  seenUpTo,
  trouble,
  typing,
  visitor,
  waiting,
} from './state.ts';
import { dayOf, locale, t, timeOf } from './words/index.ts';

function Line({ line, before }: { line: ChatLine; before: ChatLine | undefined }): JSX.Element {
  const mine = line.from === 'visitor';
  const first = before?.from !== line.from || before.name !== line.name;
  const who = line.from === 'bot' ? t('bot') : line.name || t('someone');
  return (
    <>
      {(!before || dayOf(before.at) !== dayOf(line.at)) && <div class="day">{dayOf(line.at)}</div>}
      {line.from === 'gone' ? (
        <div class="day">{t('gone')}</div>
      ) : line.from === 'joined' ? (
        <div class="day">{t('joined', { name: line.name || t('someone') })}</div>
      ) : (
        <div class={mine ? 'line mine' : 'line'}>
          {!mine && first && <span class="by">{who}</span>}
          {!mine && <Face name={who} />}
          <div class="bubble">
            <span class="sr">{mine ? t('you') : who}: </span>
            {line.text && <Words text={line.text} />}
            {line.files.map((file) => (
              <Attached key={file.part} message={line.id} file={file} />
            ))}
          </div>
          <time class="sr" dateTime={line.at}>
            {timeOf(line.at)}
          </time>
        </div>
      )}
    </>
  );
}

/** A line that has not changed is drawn as it was: a long chat would otherwise be gone through anew for each word that comes. */
const drawn = new WeakMap<ChatLine, { before: ChatLine | undefined; speaks: string; line: JSX.Element }>();
function draw(line: ChatLine, before: ChatLine | undefined): JSX.Element {
  const was = drawn.get(line);
  if (was && was.before === before && was.speaks === locale.value) return was.line;
  const now = <Line key={line.id} line={line} before={before} />;
  drawn.set(line, { before, speaks: locale.value, line: now });
  return now;
}

const back = (): void => {
  screen.value = 'home';
  setTimeout(focus, 0, '.card .button'); // once it is drawn
};
const PIECE = 20;
export function Chat({ onClose }: { onClose: () => void }): JSX.Element {
  const chat = current();
  const said = chat ? (lines.value[chat] ?? []) : [];
  const mine = waiting.value.filter((one) => one.chat === chat && !said.some((line) => line.clientId === one.clientId));
  const summary = chats.value.find((one) => one.id === chat);
  const asks = chat && summary?.status === 'closed' && felt.value[chat];
  const log = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState(true);
  const [mailing, setMailing] = useState(false);
  const [mailed, setMailed] = useState('');
  const [kept, setKept] = useState('');
  const writes = mayBegin();
  const first = said[0]?.seq ?? 1;
  const writer = typing.value && typing.value.chat === chat ? typing.value : null;
  // A long chat is drawn from its end, a piece at a time: all at once would hold up a slow phone.
  const [most, setMost] = useState(PIECE);
  const from = Math.max(0, said.length - most);
  useEffect(() => {
    if (said.length === 0 || most === Number.POSITIVE_INFINITY) return;
    const next = setTimeout(() => setMost(from > PIECE ? most + PIECE : Number.POSITIVE_INFINITY));
    return () => clearTimeout(next);
  }, [said.length, most, from]);
  // Followed while its end is in sight, and for words of one's own; whoever reads above reads on, and is told that there is more.
  const [end, setEnd] = useState(true);
  const at = useRef(0);
  const last = said.at(-1)?.id;
  const seenLast = useRef(last);
  if (end) seenLast.current = last;
  const toEnd = (): void => log.current?.scrollTo({ top: log.current.scrollHeight });
  const follow = (): void => {
    if (end) toEnd();
  };
  useLayoutEffect(follow); // whatever is drawn may take room from it: words that come, and a note or a longer draft below
  const own = mine.at(-1)?.clientId;
  useLayoutEffect(() => {
    if (!own) return;
    toEnd();
    setKept(''); // read by then
  }, [own]);
  useEffect(() => {
    focus('.row textarea,.about input');
    setMailing(false);
    setMailed('');
    setKept('');
  }, [chat, writes]);
  const seen = chat ? seenUpTo.value[chat] : undefined;
  const lastMine = said.findLast((line) => line.from === 'visitor');
  const partner = said.findLast((line) => line.from === 'team' || line.from === 'joined')?.name ?? '';
  const greets = (summary ?? { greeting: greeting.value.text }).greeting;
  const askMail = chat && !asks && facts.mail && asked().email !== 'no' && !visitor.value.email && said.length > 0;
  return (
    <>
      <header class="head">
        {!alone && <IconButton of="back" name={t('back')} onClick={back} />}
        {partner && <Face name={partner} />}
        <h1>{partner || summary?.subject || facts.name}</h1>
        {chat && facts.mail && (
          <IconButton
            of="mail"
            name={t('mailMe')}
            onClick={() => (visitor.value.email ? mailTo(chat, undefined, setMailed) : setMailing(!mailing))}
          />
        )}
        {!alone && <IconButton of="close" name={t('close')} onClick={onClose} />}
      </header>
      <div
        class="log"
        role="log"
        aria-label={t('messages')}
        aria-live="off"
        ref={log}
        onLoadCapture={follow} // a picture has its height once it has come
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          // What grows below takes nobody away from the end, only a hand does.
          setEnd(scrollHeight - clientHeight - scrollTop < 30 || (end && scrollTop >= at.current));
          at.current = scrollTop;
          if (!chat || !more || first <= 1 || scrollTop > 40) return;
          setMore(false);
          earlier(chat).then(setMore, () => setMore(true));
        }}
      >
        {greets && (
          <div class="line">
            <span class="by">{facts.name}</span>
            <Face name={facts.name} />
            <div class="bubble">
              <Words text={greets} />
            </div>
          </div>
        )}
        {!chat && <Hours />}
        {said.slice(from).map((line, i) => draw(line, said[from + i - 1]))}
        {seen && lastMine && mine.length === 0 && seen >= lastMine.at && (
          <div class="state">{t('read', { time: timeOf(seen) })}</div>
        )}
        {mine.map((one) => (
          <div class="line mine" key={one.clientId}>
            <div class="bubble unsent">
              {one.text && <Words text={one.text} />}
              {one.files.map((file) => (
                <span class="words" key={file.id}>
                  {file.filename}
                </span>
              ))}
            </div>
            <div class="state" role={one.failed ? 'alert' : undefined}>
              {one.failed ? (
                <>
                  {one.failed}{' '}
                  <button type="button" class="link" onClick={() => retry(one.clientId)}>
                    {t('again')}
                  </button>
                  {' · '}
                  <button
                    type="button"
                    class="link"
                    onClick={() => {
                      change(one);
                      focus('.row textarea');
                    }}
                  >
                    {t('change')}
                  </button>
                </>
              ) : (
                t('sending')
              )}
            </div>
          </div>
        ))}
        {summary?.queued && <div class="day">{t('queued')}</div>}
        {writer && (
          <div class="line">
            <Face name={writer.name || t('someone')} />
            <span class="typing" role="img" aria-label={t('typing', { name: writer.name || t('someone') })}>
              <i />
              <i />
              <i />
            </span>
          </div>
        )}
        {mailing && chat ? (
          <AskMail
            chat={chat}
            onSent={(to) => {
              setMailing(false);
              setMailed(to);
            }}
          />
        ) : (
          askMail && <AskMail onSent={setKept} />
        )}
        {asks && <Felt chat={chat} ask={asks} />}
      </div>
      {seenLast.current !== last && (
        <button
          type="button"
          class="note link"
          onClick={(event) => {
            toEnd();
            if (event.detail === 0) focus('.row textarea'); // by the keyboard, which is left nowhere
          }}
        >
          ↓ {t('below')}
        </button>
      )}
      {/* Only what the others say is read aloud, once. */}
      <div class="sr" role="status" aria-live="polite">
        {aloud.value}
      </div>
      {(mailed || kept) && (
        <p class="note" role="status">
          {mailed ? t('mailed', { mail: mailed }) : t('kept', { mail: kept })}
        </p>
      )}
      {!online.value && <p class="note">{t('offline')}</p>}
      {trouble.value && (
        <p class="note bad" role="alert">
          {trouble.value}
        </p>
      )}
      {writes ? <Composer to={partner} /> : <About />}
      <footer>
        {writes && <Person asked={summary?.asked} />}
        {alone && (
          <button type="button" class="link" onClick={() => leave()}>
            {t('leave')}
          </button>
        )}
        <span>{facts.mail && visitor.value.email ? t('byMail') : facts.name}</span>
      </footer>
    </>
  );
}
