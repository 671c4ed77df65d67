import { ChevronLeft, ChevronRight, Download, Minus, Plus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../language/index.ts';
import { bytes } from '../../ui/time.ts';
import { close, type Shown, type Viewing, view } from '../viewing.ts';
import { Picture } from './Picture.tsx';
import './view.css';

const Piece = ({ shown, onFail }: { shown: Shown; onFail: () => void }) => {
  switch (shown.kind) {
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
      return <audio src={shown.src} controls aria-label={shown.name} onError={onFail} />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
      return <video src={shown.src} controls playsInline aria-label={shown.name} onError={onFail} />;
    case 'text':
      // A document of its own, in which nothing runs and whose markup is shown as it stands.
      return <iframe src={shown.src} title={shown.name} sandbox="" referrerPolicy="no-referrer" />;
    case 'pdf':
      // The answer itself is sandboxed; a sandbox here would keep the browser's own viewer away.
      return <iframe src={shown.src} title={shown.name} referrerPolicy="no-referrer" />;
    default:
      return null;
  }
};

/** Files of a conversation, one after the other, over everything else. The focus stays inside and returns where it was. */
export const Viewer = ({ viewing: { all, at } }: { viewing: Viewing }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const [zoom, setZoom] = useState(1);
  const [failed, setFailed] = useState(false);
  const shown = all[at] as Shown;
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    dialog.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const go = (by: number) => {
    const next = at + by;
    if (next < 0 || next >= all.length) return;
    setZoom(1);
    setFailed(false);
    view(all, next);
  };
  const scaled = (by: number) => setZoom((z) => Math.min(8, Math.max(1, by === 0 ? 1 : z * by)));
  const onKey = (e: React.KeyboardEvent) => {
    if (e.target instanceof HTMLMediaElement || e.ctrlKey || e.metaKey || e.altKey) return;
    const onwards = getComputedStyle(e.currentTarget).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = onwards === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    // Enlarged, the arrows move over the picture.
    if (zoom > 1 && e.key.startsWith('Arrow')) return;
    if (e.key === onwards || e.key === ']' || e.key === 'j') go(1);
    else if (e.key === back || e.key === '[' || e.key === 'k') go(-1);
    else if (e.key === 'Home') go(-at);
    else if (e.key === 'End') go(all.length - 1 - at);
    else if (shown.kind === 'image' && (e.key === '+' || e.key === '=')) scaled(1.5);
    else if (shown.kind === 'image' && e.key === '-') scaled(1 / 1.5);
    else if (shown.kind === 'image' && e.key === '0') scaled(0);
    else return;
    e.preventDefault();
  };
  const title =
    all.length > 1 ? t('{name}, {n} of {all}', { name: shown.name, n: at + 1, all: all.length }) : shown.name;
  return (
    <dialog
      ref={dialog}
      className="viewer"
      aria-label={title}
      data-keys="off"
      tabIndex={-1}
      onKeyDown={onKey}
      onCancel={(e) => {
        e.preventDefault();
        close();
      }}
      onClose={close}
    >
      <header>
        <bdi className="cut medium" aria-live="polite">
          {title}
        </bdi>
        {shown.size === null ? null : <bdi className="num xs">{bytes(shown.size)}</bdi>}
        <span className="grow" />
        {shown.kind === 'image' ? (
          <>
            <button
              type="button"
              className="btn quiet icon"
              aria-label={t('Smaller')}
              title={t('Smaller (−)')}
              aria-disabled={zoom <= 1}
              onClick={() => scaled(1 / 1.5)}
            >
              <Minus className="i" />
            </button>
            <button
              type="button"
              className="btn quiet num"
              aria-label={t('Fit the picture in, now at {n}%', { n: Math.round(zoom * 100) })}
              title={t('Fit in (0)')}
              onClick={() => scaled(0)}
            >
              {Math.round(zoom * 100)}%
            </button>
            <button
              type="button"
              className="btn quiet icon"
              aria-label={t('Larger')}
              title={t('Larger (+)')}
              aria-disabled={zoom >= 8}
              onClick={() => scaled(1.5)}
            >
              <Plus className="i" />
            </button>
          </>
        ) : null}
        <a
          className="btn quiet icon"
          href={shown.save}
          download={shown.name}
          aria-label={t('Save {name}', { name: shown.name })}
          title={t('Save')}
        >
          <Download className="i" />
        </a>
        <button
          type="button"
          className="btn quiet icon"
          aria-label={t('Close')}
          title={t('Close (Esc)')}
          onClick={close}
        >
          <X className="i" />
        </button>
      </header>
      <div className={`stage ${shown.kind}`}>
        {failed ? (
          <p role="alert">{t('This browser cannot show it. Save it and open it with a program of your own.')}</p>
        ) : shown.kind === 'image' ? (
          <Picture key={shown.src} shown={shown} zoom={zoom} setZoom={setZoom} onFail={() => setFailed(true)} />
        ) : (
          <Piece key={shown.src} shown={shown} onFail={() => setFailed(true)} />
        )}
        {all.length > 1 ? (
          <>
            <button
              type="button"
              className="btn icon before"
              aria-label={t('Previous file')}
              title={t('Previous file')}
              aria-disabled={at === 0}
              onClick={() => go(-1)}
            >
              <ChevronLeft className="i flip" />
            </button>
            <button
              type="button"
              className="btn icon after"
              aria-label={t('Next file')}
              title={t('Next file')}
              aria-disabled={at === all.length - 1}
              onClick={() => go(1)}
            >
              <ChevronRight className="i flip" />
            </button>
          </>
        ) : null}
      </div>
    </dialog>
  );
};
