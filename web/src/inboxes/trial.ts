import type { BodyInput, Finding } from '@hearten/contract';
import { useState } from 'react';
import { api } from '../api.ts';
import { said } from '../problem.ts';

type Found = { findings: Finding[]; count: number | null };
type Asked = BodyInput<'POST /inboxes/test'>;

/** Tries a connection and shows what was found. What is kept is tried first: `works` says whether all of it is well. */
export const useTrial = () => {
  const [found, setFound] = useState<Found | null>(null);
  const [going, setGoing] = useState(false);
  const run = async (asked: Asked): Promise<Found> => {
    setGoing(true);
    setFound(null);
    try {
      const got = await api('POST /inboxes/test', { body: asked });
      setFound(got);
      return got;
    } finally {
      setGoing(false);
    }
  };
  const look = async (asked: Asked): Promise<void> => {
    await run(asked).catch((error: unknown) =>
      setFound({ findings: [{ step: 'test', ok: false, text: said(error) }], count: null }),
    );
  };
  // Mail that is only delivered here needs no connection.
  const works = async (asked: Asked): Promise<boolean> =>
    (!asked.settings?.imap && !asked.settings?.smtp) || (await run(asked)).findings.every((one) => one.ok);
  return { found, going, look, works };
};
