import { useEffect, useRef, useState } from 'react';

/** A mail as a customer's mail program draws it: safe, in a document of its own, as tall as it is. */
export const Looks = ({ id, title, grown }: { id: string; title: string; grown: () => void }) => {
  const [height, setHeight] = useState(60);
  const frame = useRef<HTMLIFrameElement>(null);
  const observer = useRef<ResizeObserver>(undefined);
  useEffect(() => () => observer.current?.disconnect(), []);
  const loaded = () => {
    const body = frame.current?.contentDocument?.body;
    if (!body) return;
    observer.current?.disconnect();
    observer.current = new ResizeObserver(() => {
      setHeight(Math.min(4000, Math.max(24, Math.ceil(body.getBoundingClientRect().bottom) + 2)));
      requestAnimationFrame(grown);
    });
    observer.current.observe(body);
  };
  return (
    <iframe
      ref={frame}
      className="look"
      title={title}
      src={`/frames/practice/${id}`}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      style={{ blockSize: height }}
      onLoad={loaded}
    />
  );
};
