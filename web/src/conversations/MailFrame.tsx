import { Image as ImageIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

const sandbox = 'allow-popups allow-popups-to-escape-sandbox allow-same-origin';

/** The mail as its sender designed it: on paper, in a frame without scripts, as tall as its content; remote images only when asked. */
export const MailFrame = ({ id, title }: { id: string; title: string }) => {
  const [images, setImages] = useState(false);
  const [remote, setRemote] = useState(false);
  const [trackers, setTrackers] = useState(0);
  const [height, setHeight] = useState(120);
  const frame = useRef<HTMLIFrameElement>(null);
  const observer = useRef<ResizeObserver>(undefined);
  useEffect(() => () => observer.current?.disconnect(), []);
  const loaded = () => {
    const body = frame.current?.contentDocument?.body;
    if (!body) return;
    const measure = () => {
      const { top, bottom } = body.getBoundingClientRect();
      // As much paper below as above, where the sender gave the page a margin.
      setHeight(Math.min(20_000, Math.max(40, Math.ceil(bottom + top + 1), body.scrollHeight)));
    };
    observer.current?.disconnect();
    observer.current = new ResizeObserver(measure);
    observer.current.observe(body);
    measure();
    const { remoteImages, trackers } = body.ownerDocument.documentElement.dataset;
    setRemote(remoteImages === 'true');
    setTrackers(Number(trackers) || 0);
  };
  return (
    <>
      {remote && !images ? (
        <div className="paperbar">
          <ImageIcon className="i s14" />
          <span className="grow">Pictures from elsewhere are not loaded: they tell the sender that you read this.</span>
          <button type="button" className="btn sm" onClick={() => setImages(true)}>
            Load pictures
          </button>
        </div>
      ) : null}
      {trackers > 0 ? (
        <p className="help">
          {trackers === 1
            ? 'A hidden picture that reports reading was'
            : `${trackers} hidden pictures that report reading were`}{' '}
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
      </div>
    </>
  );
};
