import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';

export const brandQuery = queryOptions({
  queryKey: ['brand'],
  queryFn: () => api('GET /brand'),
  staleTime: 300_000,
});

/** Ink that can be read on a colour: by its luminance, as WCAG counts it. */
export const inkOn = (colour: string): string => {
  const part = (at: number): number => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.179 ? '#000000' : '#ffffff';
};

const MOST = 200 * 1024;
/** A picture as it is kept: by its own address. Larger ones are drawn smaller first. */
export const logoOf = async (file: File): Promise<string> => {
  if (!/^image\/(png|jpeg|webp|gif|x-icon|vnd\.microsoft\.icon)$/.test(file.type))
    throw new Error(t('This is no picture that can be a logo. Take a PNG, JPEG, WebP or GIF.'));
  if (file.size <= MOST && /^image\/(png|jpeg|webp|gif)$/.test(file.type)) return addressOf(file);
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 256 / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return addressOf(await canvas.convertToBlob({ type: 'image/png' }));
};
const addressOf = (blob: Blob): Promise<string> =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error ?? new Error(t('This file could not be read.')));
    reader.readAsDataURL(blob);
  });
