import { Image as ImageIcon, Link2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { useMay } from '../me.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { leadsTo } from './text.ts';

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
  const [height, setHeight] = useState(120);
  const [leads, setLeads] = useState('');
  const frame = useRef<HTMLIFrameElement>(null);
  const observer = useRef<ResizeObserver>(undefined);
  useEffect(() => () => observer.current?.disconnect(), []);
  const loaded = () => {
    const body = frame.current?.contentDocument?.body;
    if (!body) return;
    const measure = () => {
      const { top, bottom } = body.getBoundingClientRect();
      const { scrollWidth, clientWidth } = body.ownerDocument.documentElement;
      // Wider than the paper: room for the bar that shows it.
      const bar = scrollWidth > clientWidth ? 14 : 0;
      // As much paper below as above, where the sender gave the page a margin.
      setHeight(Math.min(20_000, Math.max(40, Math.ceil(bottom + top + 1), body.scrollHeight) + bar));
    };
    observer.current?.disconnect();
    observer.current = new ResizeObserver(measure);
    observer.current.observe(body);
    measure();
    const { remoteImages, trackers, pictures } = body.ownerDocument.documentElement.dataset;
    setAbout({ remote: remoteImages === 'true', trackers: Number(trackers) || 0, always: pictures === 'always' });
    const look = ({ target }: Event) =>
      setLeads(leadsTo((target as Element | null)?.closest?.('a[href]')?.getAttribute('href') ?? ''));
    const away = () => setLeads('');
    for (const name of ['mouseover', 'focusin']) body.addEventListener(name, look);
    for (const name of ['mouseleave', 'focusout']) body.addEventListener(name, away);
  };
  const always = async (wanted: boolean) => {
    try {
      await api('POST /messages/:id/pictures', { params: { id }, body: { always: wanted } });
      setImages(wanted);
      frame.current?.contentWindow?.location.reload();
      tell(wanted ? `Pictures from ${from} are loaded from now on` : `You are asked again for pictures from ${from}`, {
        label: 'Undo',
        run: () => void always(!wanted),
      });
    } catch (error) {
      tellProblem(error, () => void always(wanted));
    }
  };
  return (
    <>
      {about.remote && !images && !about.always ? (
        <div className="paperbar">
          <ImageIcon className="i s14" />
          <span className="grow">Pictures from elsewhere are not loaded: they tell the sender that you read this.</span>
          <span className="row">
            <button type="button" className="btn sm" onClick={() => setImages(true)}>
              Load pictures
            </button>
            {from && proven && may('conversation.write') ? (
              <button
                type="button"
                className="btn sm quiet"
                title={`Always load pictures from ${from}`}
                onClick={() => void always(true)}
              >
                Always for this sender
              </button>
            ) : null}
          </span>
        </div>
      ) : null}
      {about.remote && about.always ? (
        <div className="paperbar">
          <ImageIcon className="i s14" />
          <span className="grow">
            Pictures from <bdi>{from}</bdi> are always loaded.
          </span>
          {may('conversation.write') ? (
            <button type="button" className="btn sm quiet" onClick={() => void always(false)}>
              Ask again
            </button>
          ) : null}
        </div>
      ) : null}
      {about.trackers > 0 ? (
        <p className="help">
          {about.trackers === 1
            ? 'A hidden picture that reports reading was'
            : `${about.trackers} hidden pictures that report reading were`}{' '}
          taken out.
        </p>
      ) : null}
      <div className="paper">
        <iframe
          ref={frame}
          title={title}
          src={`/frames/messages/${id}${images ? '?images=1' : ''}`}
          sandbox={sandbox}
          referrerPolicy="no-referrer"
          loading="lazy"
          style={{ blockSize: height }}
          onLoad={loaded}
        />
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
