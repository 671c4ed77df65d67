import type { ModelTrouble, MoodModel } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Confirm } from '../ui/float.tsx';
import { Check, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { moodWord } from './words.ts';

const query = { queryKey: ['mood-model'], queryFn: () => api('GET /mood-model') };

const why: Record<ModelTrouble, string> = {
  unreachable: t('Its server does not answer.'),
  slow: t('It takes longer than ten seconds.'),
  refused: t('Its server refuses the key.'),
  'not-there': t('Its server knows neither this address nor this model.'),
  'no-answer': t('What it says cannot be read as an answer.'),
  inward: t('It stands in a network that OUTBOUND_ALLOW does not name.'),
};

/** How it answered last; while it does not, what stands in its place. */
const State = ({ of }: { of: MoodModel }) => {
  if (!of.active)
    return (
      <p>
        <span className="chip">{t('Off')}</span>
      </p>
    );
  if (of.trouble)
    return (
      <p role="status">
        <span className="chip risk">{t('Not answering')}</span> {why[of.trouble]}{' '}
        {t(
          'What is read here stands meanwhile; it is asked again with the next message, a minute later at the earliest.',
        )}
      </p>
    );
  if (!of.workedAt)
    return (
      <p>
        <span className="chip">{t('Not asked yet')}</span>
      </p>
    );
  return (
    <p role="status">
      <span className="chip ok">{t('Answering')}</span>{' '}
      <span className="ink2 xs">{t('{when}, in {ms} ms', { when: ago(of.workedAt), ms: of.tookMs ?? 0 })}</span>
    </p>
  );
};

/** A language model somebody runs, or has a key for, that reads how customers feel. Nothing leaves the desk without it. */
export const Model = () => {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(query);
  const [trying, setTrying] = useState(false);
  const [forgetting, setForgetting] = useState(false);
  const put = ({ model }: { model: MoodModel | null }): void => {
    client.setQueryData(query.queryKey, { model });
  };
  const form = useSubmit(async (given) => {
    const key = String(given.get('key') ?? '');
    put(
      await api('PUT /mood-model', {
        body: {
          address: String(given.get('address')).trim(),
          model: String(given.get('model')).trim(),
          active: given.get('active') === 'on',
          // Empty takes away the one that is kept.
          ...(key ? { key } : given.get('keyless') === 'on' ? { key: '' } : {}),
        },
      }),
    );
    tell(t('Saved: {what}', { what: t('Language model') }));
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const { model } = data;
  const attempt = async (): Promise<void> => {
    setTrying(true);
    try {
      const { said, model: now } = await api('POST /mood-model/try');
      put({ model: now });
      if (said)
        tell(
          t('It read our example as {mood}, {sure} % sure', {
            mood: moodWord(said.value),
            sure: Math.round(100 * said.confidence),
          }),
        );
      else if (now?.trouble) tell(`${t('Not answering')}: ${why[now.trouble]}`, undefined, true);
    } catch (cause) {
      tellProblem(cause);
    } finally {
      setTrying(false);
    }
  };
  const forget = async (): Promise<void> => {
    try {
      await api('DELETE /mood-model');
      put({ model: null });
    } catch (cause) {
      tellProblem(cause);
    }
  };
  return (
    <section className="card pad modelcard" aria-labelledby="language-model">
      <h2 id="language-model">{t('Language model')}</h2>
      <p className="ink2">
        {t(
          'Moods are read on this desk. A model of your own (llama.cpp, Ollama, vLLM) or of a provider reads them better: then what customers write is sent to its server. Each value says who read it and how sure it is.',
        )}
      </p>
      {model ? <State of={model} /> : null}
      <form className="form" key={model?.version ?? 0} onSubmit={(e) => void form.submit(e)}>
        <div className="form two">
          <Field
            label={t('Address')}
            help={t('Up to /v1. One in your own network has to be named in OUTBOUND_ALLOW.')}
            error={form.fields.address}
          >
            <input
              className="input"
              name="address"
              type="url"
              dir="ltr"
              required
              maxLength={500}
              placeholder="http://10.1.0.5:11434/v1"
              defaultValue={model?.address}
            />
          </Field>
          <Field label={t('Model')} error={form.fields.model}>
            <input className="input" name="model" dir="ltr" required maxLength={200} defaultValue={model?.model} />
          </Field>
        </div>
        <Field
          label={t('Key (optional)')}
          help={model?.hasKey ? t('One is kept, sealed. Leave this empty to go on with it.') : undefined}
          error={form.fields.key}
        >
          <input className="input" name="key" type="password" dir="ltr" autoComplete="off" maxLength={500} />
        </Field>
        {model?.hasKey ? <Check label={t('Remove {name}', { name: t('API key') })} name="keyless" /> : null}
        <Check label={t('It reads how customers feel')} name="active" defaultChecked={model?.active ?? true} />
        <FormError error={form.error} fields={['address', 'model', 'key']} />
        <div className="feet">
          {model ? (
            <>
              <button type="button" className="btn quiet" onClick={() => setForgetting(true)}>
                {t('Forget it')}
              </button>
              <button
                type="button"
                className={`btn${trying ? ' busy' : ''}`}
                disabled={trying}
                onClick={() => void attempt()}
              >
                {t('Try it')}
              </button>
            </>
          ) : null}
          <Submit busy={form.busy}>{model ? t('Save') : t('Connect')}</Submit>
        </div>
      </form>
      <Confirm
        open={forgetting}
        onClose={() => setForgetting(false)}
        title={t('Forget {name}?', { name: model?.model ?? '' })}
        yes={t('Forget it')}
        onYes={() => void forget()}
      >
        {t('Its address and key are gone for good. What it read stays.')}
      </Confirm>
    </section>
  );
};
