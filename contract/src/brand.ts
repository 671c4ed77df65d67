import { z } from 'zod';
import { endpoint, language, line } from './endpoint.ts';

const site = z
  .string()
  .trim()
  .max(300)
  .refine(
    (text) => text === '' || /^(https?:\/\/)?[^\s/@:]+\.[^\s/@:]+(:\d{1,5})?(\/\S*)?$/.test(text),
    'is not the address of a website',
  );
const colour = z.string().regex(/^(#[0-9a-f]{6})?$/i, 'is not a colour: #12ab34');
/** A picture of 200 kB at most, as a data address. */
const logo = z
  .string()
  .max(280_000, 'is more than 200 kB')
  .regex(
    /^data:image\/(png|jpeg|webp|gif|x-icon);base64,[A-Za-z0-9+/]+=*$/,
    'is not a PNG, JPEG, WebP, GIF or ICO picture',
  );
/** How the company looks to its customers. Empty where nothing was chosen. */
export const brand = z.object({ site: z.string(), colour: z.string(), logo: z.string().nullable() });
export type Brand = z.infer<typeof brand>;
/** What a website says of itself; null for what it doesn't. */
export const seen = z.object({
  site: z.string(),
  name: z.string().nullable(),
  colour: z.string().nullable(),
  logo: z.string().nullable(),
  language: language.nullable(),
});
export type SeenSite = z.infer<typeof seen>;

export const brandEndpoints = {
  'GET /brand': endpoint({ summary: 'The brand: its website, colour and logo', may: 'member', reply: brand }),
  'PATCH /brand': endpoint({
    summary: 'Change the website, colour or logo',
    may: 'workspace.write',
    body: z.object({ site, colour, logo: logo.nullable() }).partial(),
    reply: brand,
  }),
  'POST /brand/look': endpoint({
    summary: 'Look at a website, to propose name, colour, logo and language; nothing is changed',
    may: 'workspace.write',
    apart: true,
    body: z.object({ site: line(300).pipe(site) }),
    reply: seen,
  }),
};
