import { useRef, useState } from 'react';

/** As wide as paper is between its margins, on the screen as well: so it breaks its lines on both alike, and its height holds. */
const WIDTH = 640;

/** A mail as its sender designed it, whole and at its full height: the same safe document as in the conversation. */
export const Designed = ({
  id,
  title,
  pictures,
  ready,
}: {
  id: string;
  title: string;
  pictures: boolean;
  ready: () => void;
}) => {
  const [height, setHeight] = useState(120);
  const frame = useRef<HTMLIFrameElement>(null);
  const loaded = () => {
    const page = frame.current?.contentDocument;
    if (page?.body) {
      if (!pictures) page.body.append(Object.assign(page.createElement('style'), { textContent: 'img{display:none}' }));
      setHeight(Math.min(60_000, Math.max(24, Math.ceil(page.body.getBoundingClientRect().bottom) + 2)));
    }
    ready();
  };
  return (
    <iframe
      key={String(pictures)}
      ref={frame}
      title={title}
      src={`/frames/messages/${id}`}
      sandbox="allow-same-origin"
      referrerPolicy="no-referrer"
      style={{ inlineSize: WIDTH, blockSize: height }}
      onLoad={loaded}
    />
  );
};
