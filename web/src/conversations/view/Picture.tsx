import { useEffect, useRef, useState } from 'react';
import type { Shown } from '../viewing.ts';

type Props = { shown: Shown; zoom: number; setZoom: (change: (zoom: number) => number) => void; onFail: () => void };
type Point = { x: number; y: number };
const within = (z: number) => Math.min(8, Math.max(1, z));
const apart = ([a, b]: Point[]): number => (a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0);

/** A picture that can be enlarged and moved: by wheel, two fingers, a double click, dragging, or the arrows. */
export const Picture = ({ shown, zoom, setZoom, onFail }: Props) => {
  const box = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const fingers = useRef(new Map<number, Point>());
  const [moved, setMoved] = useState<Point>({ x: 0, y: 0 });
  /** No further than the picture reaches. */
  const kept = (to: Point, z = zoom): Point => {
    const [el, outer] = [image.current, box.current];
    if (!el || !outer || z === 1) return { x: 0, y: 0 };
    const [w, h] = [(el.offsetWidth * z - outer.clientWidth) / 2, (el.offsetHeight * z - outer.clientHeight) / 2];
    const clamp = (v: number, most: number) => (most <= 0 ? 0 : Math.min(most, Math.max(-most, v)));
    return { x: clamp(to.x, w), y: clamp(to.y, h) };
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another size, and it may reach less far
  useEffect(() => setMoved((m) => kept(m)), [zoom]);
  // React listens to wheels passively; this one must not scroll what lies behind.
  useEffect(() => {
    const el = box.current;
    const turn = (e: WheelEvent) => {
      e.preventDefault();
      setZoom((z) => within(z * Math.exp(-e.deltaY / 400)));
    };
    el?.addEventListener('wheel', turn, { passive: false });
    return () => el?.removeEventListener('wheel', turn);
  }, [setZoom]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same can be done with the buttons above and with keys
    <div
      ref={box}
      className={`picture${zoom > 1 ? ' large' : ''}`}
      tabIndex={zoom > 1 ? 0 : -1}
      onDoubleClick={() => setZoom((z) => (z > 1 ? 1 : 2.5))}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        fingers.current.set(e.pointerId, { x: e.clientX, y: e.clientY });
      }}
      onPointerMove={(e) => {
        const was = fingers.current.get(e.pointerId);
        if (!was) return;
        const before = apart([...fingers.current.values()]);
        fingers.current.set(e.pointerId, { x: e.clientX, y: e.clientY });
        const now = apart([...fingers.current.values()]);
        if (before > 0 && now > 0) setZoom((z) => within((z * now) / before));
        else setMoved((m) => kept({ x: m.x + e.clientX - was.x, y: m.y + e.clientY - was.y }));
      }}
      onPointerUp={(e) => fingers.current.delete(e.pointerId)}
      onPointerCancel={(e) => fingers.current.delete(e.pointerId)}
      onKeyDown={(e) => {
        const by = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[e.key];
        if (!by || zoom === 1) return;
        e.preventDefault();
        setMoved((m) => kept({ x: m.x + (by[0] ?? 0), y: m.y + (by[1] ?? 0) }));
      }}
    >
      <img
        ref={image}
        src={shown.src}
        alt={shown.name}
        draggable={false}
        onError={onFail}
        style={{ transform: `translate(${moved.x}px, ${moved.y}px) scale(${zoom})` }}
      />
    </div>
  );
};
