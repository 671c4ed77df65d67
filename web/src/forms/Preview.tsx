import type { FormSettings } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { spoken, t } from '../language/index.ts';
import { brandQuery } from '../workspace/brand.ts';
import './forms.css';

/** The form itself, drawn by what draws it for customers; nothing can be sent from here. */
export const Preview = ({ settings }: { settings: FormSettings }) => {
  const frame = useRef<HTMLIFrameElement>(null);
  const { data: brand } = useQuery(brandQuery);
  const [ready, setReady] = useState(false);
  const [height, setHeight] = useState(480);
  useEffect(() => {
    const heard = ({ source, origin, data }: MessageEvent<{ hearten?: string; ready?: boolean; height?: number }>) => {
      if (origin !== location.origin || source !== frame.current?.contentWindow || data?.hearten !== 'form') return;
      if (data.ready) setReady(true);
      if (data.height) setHeight(Math.min(4000, Math.ceil(data.height)));
    };
    addEventListener('message', heard);
    return () => removeEventListener('message', heard);
  }, []);
  useEffect(() => {
    if (ready) frame.current?.contentWindow?.postMessage({ settings, colour: brand?.colour ?? '' }, location.origin);
  }, [ready, settings, brand?.colour]);
  return (
    <section className="preview" aria-label={t('Preview')}>
      <span className="label">{t('Preview')}</span>
      <iframe
        ref={frame}
        className="formframe"
        title={t('Preview')}
        src={`/form/preview?lang=${spoken()}&theme=light`}
        style={{ blockSize: height }}
      />
    </section>
  );
};
