import { Image as ImageIcon, Link2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { inTurn } from './inTurn.ts';
import { leadsTo } from './text.ts';
import { type Shown, view } from './viewing.ts';

/** So far outside what is seen a frame is made already. */
const reach = 600; // pixels
const pictureOf = (image: HTMLImageElement): Shown => {
  const src = image.getAttribute('src') ?? '';
  const name = image.alt.trim() || t('Picture in the mail');
  return { src, save: src.replace(/[?]inline=1$/, ''), name, kind: 'image', size: null };
};

/** How tall each was when it was last seen: opened again, nothing below it jumps. */
const heights = new Map<string, number>();
const sandbox = 'allow-popups allow-popups-to-escape-sandbox allow-same-origin';

/**
 * The mail as its sender designed it: on paper, in a frame without scripts, as tall as its content; pictures from elsewhere
 * only when asked, or when somebody said "always" for this sender. Where a link leads is shown while one is on it.
 */
export const MailFrame = ({
  id,
  title,
  from,
  proven,
}: {
  id: string;
  title: string;
  from: string;
  /** False where it is known that the sender may be another: nothing is promised to them then. */
  proven: boolean;
}) => {
  const may = useMay();
  const [images, setImages] = useState(false);
  const [about, setAbout] = useState({ remote: false, trackers: 0, always: false });
  const [height, setHeight] = useState(heights.get(id) ?? 120);
  const [leads, setLeads] = useState('');
  const frame = useRef<HTMLIFrameElement>(null);
  const observer = useRef<ResizeObserver>(undefined);
  const measured = useRef<() => void>(() => undefined);
  useEffect(() => () => observer.current?.disconnect(), []);
  // A document of its own costs time and memory: it is made when one comes near, not for all of a long conversation at once.
  const paper = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const el = paper.current;
    if (!el) return;
    let forget = () => {};
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        watch.disconnect();
        const { boundingClientRect: at, rootBounds: around } = entry;
        const seen = around === null || (at.bottom > around.top + reach && at.top < around.bottom - reach);
        forget = inTurn(() => setNear(true), seen);
      },
      { root: el.closest('.thread'), rootMargin: `${reach}px 0px` },
    );
    watch.observe(el);
    return () => {
      watch.disconnect();
      forget();
    };
  }, []);
  const followed = useRef<Document>(undefined);
  /** As soon as the words are there, and again when the last picture is. */
  const follow = () => {
    const body = frame.current?.contentDocument?.body;
    if (!body) return;
    if (followed.current === body.ownerDocument) return measured.current();
    followed.current = body.ownerDocument;
    // Those that are still on their way, and where what follows each of them begins.
    const late = [...body.querySelectorAll('img')].filter((image) => !image.complete).slice(0, 50);
    const begins = new Map<HTMLImageElement, number>();
    const rest = body.ownerDocument.createRange();
    /** By how much pictures that came meanwhile have pushed down what is being read. */
    const pushed = (): number => {
      const top = frame.current?.getBoundingClientRect().top ?? 0;
      const edge = frame.current?.closest('.thread')?.getBoundingClientRect().top ?? 0;
      let by = 0;
      for (const image of late) {
        rest.setStartAfter(image);
        rest.setEndAfter(body.lastChild ?? image);
        const now = rest.getBoundingClientRect().top;
        const before = begins.get(image);
        // The last one above what is seen has been moved by all before it.
        if (before !== undefined && top + image.getBoundingClientRect().top < edge) by = now - before;
        begins.set(image, now);
      }
      return by;
    };
    const measure = () => {
      const { top, bottom } = body.getBoundingClientRect();
      const { scrollWidth, clientWidth } = body.ownerDocument.documentElement;
      // Wider than the paper: room for the bar that shows it.
      const bar = scrollWidth > clientWidth ? 14 : 0;
      // As much paper below as above, where the sender gave the page a margin.
      const own = Math.min(20_000, Math.max(40, Math.ceil(bottom + top + 1), body.scrollHeight) + bar);
      const whole = body.ownerDocument.readyState === 'complete';
      // While pictures are on their way it is not shorter than it was the last time.
      const tall = whole ? own : Math.max(own, heights.get(id) ?? 0);
      if (whole) heights.set(id, own);
      setHeight(tall);
      const thread = frame.current?.closest('.thread');
      const seen =
        thread && frame.current && frame.current.getBoundingClientRect().bottom > thread.getBoundingClientRect().top;
      const by = pushed();
      // Of a mail that is out of sight the browser holds what stands below it by itself.
      if (!seen || Math.abs(by) < 1 || !frame.current) return;
      frame.current.style.blockSize = `${tall}px`;
      thread.scrollTop += by;
    };
    measured.current = measure;
    observer.current?.disconnect();
    observer.current = new ResizeObserver(measure);
    observer.current.observe(body);
    measure();
    const { remoteImages, trackers, pictures } = body.ownerDocument.documentElement.dataset;
    setAbout({ remote: remoteImages === 'true', trackers: Number(trackers) || 0, always: pictures === 'always' });
    const look = ({ target }: Event) =>
      setLeads(leadsTo((target as Element | null)?.closest?.('a[href]')?.getAttribute('href') ?? ''));
    // What one does over the mail is done in the conversation: it has been moved, and nothing brings it back to its beginning.
    for (const name of ['wheel', 'touchmove', 'pointerdown'])
      body.ownerDocument.addEventListener(
        name,
        () => frame.current?.dispatchEvent(new WheelEvent('wheel', { bubbles: true })),
        { passive: true },
      );
    const away = () => setLeads('');
    for (const name of ['mouseover', 'focusin']) body.addEventListener(name, look);
    for (const name of ['mouseleave', 'focusout']) body.addEventListener(name, away);
    // A picture of the mail is looked at large; what is too small to see anything on, or leads somewhere, is left alone.
    const drawn = [...body.querySelectorAll('img')].filter((one) => !one.closest('a[href]'));
    for (const one of drawn) {
      const large = () => {
        const all = drawn.filter((p) => p.naturalWidth >= 80 && p.naturalHeight >= 60);
        if (all.includes(one)) view(all.map(pictureOf), all.indexOf(one));
      };
      one.style.cursor = 'zoom-in';
      one.addEventListener('click', large);
    }
  };
  // The frame is loaded when its last picture is; whoever reads needs its height before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another document
  useEffect(() => {
    if (!near) return;
    let next = 0;
    const until = performance.now() + 30_000;
    const look = () => {
      const page = frame.current?.contentDocument;
      if (page && page !== followed.current && page.readyState !== 'loading' && page.URL !== 'about:blank') follow();
      else if (performance.now() < until) next = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(next);
  }, [near, images]);
  const always = async (wanted: boolean) => {
    try {
      await api('POST /messages/:id/pictures', { params: { id }, body: { always: wanted } });
      setImages(wanted);
      frame.current?.contentWindow?.location.reload();
      tell(
        wanted
          ? t('Pictures from {from} are loaded from now on', { from })
          : t('You are asked again for pictures from {from}', { from }),
        {
          label: t('Undo'),
          run: () => void always(!wanted),
        },
      );
    } catch (error) {
      tellProblem(error, () => void always(wanted));
    }
  };
  return (
    <>
      {about.remote && !images && !about.always ? (
        <div className="paperbar">
          <ImageIcon className="i s14" />
          <span className="grow">
            {t('Pictures from elsewhere are not loaded: they tell the sender that you read this.')}
          </span>
          <span className="row">
            <button type="button" className="btn sm" onClick={() => setImages(true)}>
              {t('Load pictures')}
            </button>
            {from && proven && may('conversation.write') ? (
              <button
                type="button"
                className="btn sm quiet"
                title={t('Always load pictures from {from}', { from })}
                onClick={() => void always(true)}
              >
                {t('Always for this sender')}
              </button>
            ) : null}
          </span>
        </div>
      ) : null}
      {about.remote && about.always ? (
        <div className="paperbar">
          <ImageIcon className="i s14" />
          <span className="grow">
            <Said
              id="Pictures from <0>{from}</0> are always loaded."
              values={{ from }}
              components={[<bdi key="0" />]}
            />
          </span>
          {may('conversation.write') ? (
            <button type="button" className="btn sm quiet" onClick={() => void always(false)}>
              {t('Ask again')}
            </button>
          ) : null}
        </div>
      ) : null}
      {about.trackers > 0 ? (
        <p className="help">
          {t(
            '{trackers, plural, one {A hidden picture that reports reading was taken out.} other {# hidden pictures that report reading were taken out.}}',
            { trackers: about.trackers },
          )}
        </p>
      ) : null}
      <div className="paper" ref={paper}>
        {near ? (
          <iframe
            ref={frame}
            title={title}
            src={`/frames/messages/${id}${images ? '?images=1' : ''}`}
            sandbox={sandbox}
            referrerPolicy="no-referrer"
            style={{ blockSize: height }}
            onLoad={follow}
          />
        ) : (
          <div style={{ blockSize: height }} />
        )}
        <output className="leads" hidden={!leads}>
          <Link2 className="i s13" aria-hidden="true" />
          <bdi dir="ltr" className="cut">
            {leads}
          </bdi>
        </output>
      </div>
    </>
  );
};
