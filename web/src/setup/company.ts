import { api } from '../api.ts';

export type Company = { workspaceId: string; id: string; name: string };
/** What this tab remembers while its person is at the provider. */
export type OnTheWay = { browser: string; workspaceId: string; id: string; to?: string; links?: true };
const name = 'hearten.company';

/** Off to the company's provider. What comes back is worth something in this tab only. */
export const beginCompany = async (
  { workspaceId, id }: Pick<Company, 'workspaceId' | 'id'>,
  email: string,
  { to, links }: Pick<OnTheWay, 'to' | 'links'> = {},
): Promise<void> => {
  const browser = crypto.randomUUID() + crypto.randomUUID();
  const { url } = await api('POST /sign-in/company', {
    body: { workspaceId, id, browser, ...(email.includes('@') ? { email } : {}) },
  });
  const way: OnTheWay = { browser, workspaceId, id, ...(to ? { to } : {}), ...(links ? { links } : {}) };
  sessionStorage.setItem(name, JSON.stringify(way));
  location.assign(url);
};

/** Once: then it is forgotten here. Null when this tab did not begin it. */
export const takeOnTheWay = (id: string): OnTheWay | null => {
  const kept = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  const way = kept ? (JSON.parse(kept) as OnTheWay) : null;
  return way?.id === id ? way : null;
};
