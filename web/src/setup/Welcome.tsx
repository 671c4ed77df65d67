import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight, CircleCheck, LampDesk } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { openedQuery } from '../conversations/data.ts';
import { Conversation } from '../conversations/Inbox.tsx';
import { withKeys } from '../keys/chosen.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { said } from '../problem.ts';
import { Dialog } from '../ui/float.tsx';
import { Empty, Mark, useTitle } from '../ui/kit.tsx';
import { tell } from '../ui/toast.tsx';
import { BrandFields } from '../workspace/Brand.tsx';
import { brandQuery } from '../workspace/brand.ts';
import { useSample } from '../workspace/SampleData.tsx';
import { practiceQuery } from '../workspace/sample.ts';
import { Customer } from './Customer.tsx';
import { begunAt, Steps, takeSite } from './steps.tsx';
import './welcome.css';

/** The website named at the set-up is looked at once, and what it shows is taken while nothing was chosen yet. */
const useGuess = () => {
  const client = useQueryClient();
  const [trouble, setTrouble] = useState<string | null>(null);
  const once = useRef(false);
  useEffect(() => {
    const site = once.current ? '' : takeSite();
    once.current = true;
    if (!site) return;
    const guess = async () => {
      const before = await api('PATCH /brand', { body: { site } });
      client.setQueryData(brandQuery.queryKey, before);
      const seen = await api('POST /brand/look', { body: { site } });
      if (before.colour || before.logo || !(seen.colour || seen.logo)) return;
      const body = { ...(seen.colour ? { colour: seen.colour } : {}), ...(seen.logo ? { logo: seen.logo } : {}) };
      client.setQueryData(brandQuery.queryKey, await api('PATCH /brand', { body }));
    };
    guess().catch((error) => setTrouble(said(error)));
  }, [client]);
  return trouble;
};

const Elapsed = () => {
  const [now, setNow] = useState(Date.now());
  const began = begunAt();
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  // Who took their time is not reminded of it.
  if (began === null || now - began > 300_000) return null;
  const seconds = Math.max(0, Math.round((now - began) / 1000));
  return (
    <span className="xs ink2 num" aria-hidden="true">
      {t('{time} of about 5 minutes', {
        time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
      })}
    </span>
  );
};

/** Write as a customer on the one side, answer as oneself on the other: real mail, the real inbox, nothing that leaves the machine. */
export const Welcome = () => {
  useTitle(t('Be your own customer'));
  const me = useMe();
  const may = useMay();
  const client = useQueryClient();
  const trouble = useGuess();
  const { data: brand } = useQuery(brandQuery);
  const { data: practice = null, isSuccess: known } = useQuery({ ...practiceQuery, refetchInterval: 1000 });
  const { sample, make, moveTo } = useSample();
  const [took, setTook] = useState<number | null>(null);
  const [choosing, setChoosing] = useState(false);
  const id = practice?.conversationId ?? null;
  const opened = useQuery({ ...openedQuery(id ?? '', me.person.id), enabled: id !== null }).data;
  const mails = practice?.mails ?? [];
  const asked = mails.some((mail) => mail.from === 'you');
  const landed = mails.some((mail) => mail.from === 'desk');
  const answered = landed || Boolean(opened?.items.some((i) => i.type === 'out' && i.state !== 'cancelled'));
  const seen = useRef<boolean | null>(null);
  useEffect(() => {
    if (!known) return;
    if (seen.current === false && landed) {
      tell(t('Your answer has arrived, on the customer’s side. That is all a customer ever sees.'));
      void client.invalidateQueries({ queryKey: ['first-steps'] });
    }
    seen.current = landed;
  }, [known, landed, client]);
  if (!may('inbox.write') || me.workspace.sampleOf)
    return (
      <main className="sheet" id="main">
        <Empty
          title={t('Practising is for whoever sets the desk up')}
          level="h1"
          action={
            <Link className="btn primary" to="/inbox/$view" params={{ view: 'open' }}>
              {t('To the inbox')}
            </Link>
          }
        >
          {t('An owner or manager can do it in their own workspace.')}
        </Empty>
      </main>
    );
  const guide: [done: boolean, words: string][] = [
    [asked, t('You ask')],
    [
      id !== null,
      took === null
        ? t('It arrives')
        : t('It arrived in {n} s', {
            n: new Intl.NumberFormat(document.documentElement.lang || 'en', { maximumSignificantDigits: 2 }).format(
              took / 1000,
            ),
          }),
    ],
    [answered, withKeys('Answer it: press {reply}, write, then {send}')],
    [landed, t('See it land')],
  ];
  const now = guide.findIndex(([done]) => !done);
  return (
    <div className="welcome">
      <header className="top">
        <span className="nm">
          <Mark />
          {t('Hearten')}
        </span>
        <Steps at={2} />
        <Elapsed />
      </header>
      <div className="two">
        <section className="half customer" aria-labelledby="as-customer">
          <div className="title">
            <h2 id="as-customer">{t('You, the customer')}</h2>
            <span className="ink2">
              {trouble ??
                (brand?.site && (brand.colour || brand.logo)
                  ? t('Your colours, taken from {site}.', { site: brand.site })
                  : t('This is what they see of you.'))}{' '}
              <button type="button" className="link" onClick={() => setChoosing(true)}>
                {t('Change')}
              </button>
            </span>
          </div>
          <Customer practice={practice} onArrived={setTook} />
        </section>
        {/* No region of its own: the conversation in it is the page's main part. */}
        <div className="half desk">
          <section className="title" aria-labelledby="as-desk">
            <h2 id="as-desk">{t('You, the one who answers')}</h2>
            <span className="ink2">{t('This is the real inbox, not a tour.')}</span>
          </section>
          <div className="win">
            <div className="inboxwin">
              <section className="ls" aria-label={t('Open')}>
                <h3>
                  {t('Open')} <span className="count">{id && !answered ? 1 : 0}</span>
                </h3>
                <div aria-live="polite">
                  {opened ? (
                    <div className="one on">
                      <bdi className="strong cut">{opened.conversation.customer.name}</bdi>
                      <bdi className="xs ink2 cut">{opened.conversation.subject}</bdi>
                    </div>
                  ) : null}
                </div>
                {[70, 54, 62].map((wide) => (
                  <div className="ghost" aria-hidden="true" key={wide}>
                    <span className="skel" style={{ inlineSize: 20, blockSize: 20, borderRadius: '50%' }} />
                    <span className="stack tight" style={{ paddingBlockStart: 4 }}>
                      <span className="skel" style={{ inlineSize: `${wide}%` }} />
                      <span className="skel" style={{ inlineSize: `${wide + 24}%` }} />
                    </span>
                  </div>
                ))}
                <p className="xs ink3" style={{ padding: '14px 8px' }}>
                  {t('Your next customers appear here.')}
                </p>
              </section>
              <div className="desk-pane">
                {id ? (
                  <Conversation key={id} id={id} back={() => undefined} onward={() => undefined} />
                ) : (
                  <main className="pane conv center" id="main">
                    <Empty title={t('Nobody has written yet')} level="h1">
                      {t('Send your question on the other side, and watch it arrive here.')}
                    </Empty>
                  </main>
                )}
              </div>
            </div>
          </div>
        </div>
      </div>
      <footer className="guide">
        <ol aria-label={t('What to do')}>
          {guide.map(([done, words], n) => (
            <li
              key={words}
              className={done ? 'ok' : n === now ? 'now' : ''}
              aria-current={n === now ? 'step' : undefined}
            >
              {done ? <CircleCheck className="i" /> : <span className="o" aria-hidden="true" />}
              {words}
            </li>
          ))}
        </ol>
        <span className="end">
          {landed && !sample ? (
            <button type="button" className="btn" onClick={() => void make()}>
              <LampDesk className="i s14" /> {t('Explore with sample conversations')}
            </button>
          ) : null}
          {sample?.state === 'making' ? (
            <span className="xs ink2 num" role="status">
              {t('{done} of {total} conversations are there', { done: sample.done, total: sample.total })}
            </span>
          ) : null}
          {sample?.state === 'ready' ? (
            <button type="button" className="btn" onClick={() => void moveTo(sample.workspaceId)}>
              <LampDesk className="i s14" /> {t('Open the sample workspace')}
            </button>
          ) : null}
          <Link className={`btn${landed ? '' : ' quiet'}`} to="/inbox/$view" params={{ view: 'open' }}>
            {landed ? t('To the inbox') : t('Skip to the inbox')}
          </Link>
          <Link className={`btn${landed ? ' primary' : ''}`} to="/settings/inboxes/new">
            {landed ? t('Connect a mailbox') : t('Skip this')} <ArrowRight className="i s14 flip" />
          </Link>
        </span>
      </footer>
      <Dialog open={choosing} onClose={() => setChoosing(false)} title={t('Your face')}>
        {brand ? (
          <div className="form">
            <BrandFields brand={brand} />
          </div>
        ) : null}
      </Dialog>
    </div>
  );
};
