import type { JSX } from 'preact';
import type { ChatFelt } from '../../contract/src/chat.ts';
import { whyNot } from './ask.ts';
import { sayFelt } from './felt.ts';
import { focus } from './parts.tsx';
import { aloud, noted, trouble } from './state.ts';

/** The last screen of a conversation: how it felt, compared with before; then a face and words, if they like. */
export function Felt({ chat, ask }: { chat: string; ask: ChatFelt }): JSX.Element {
  const tell = (more: Partial<ChatFelt>, last = false): void => {
    sayFelt(chat, more).then(
      () => {
        trouble.value = '';
        if (!last) return;
        noted.value = chat;
        aloud.value = ask.thanks;
        focus('.row textarea');
      },
      (error: unknown) => {
        trouble.value = whyNot(error);
      },
    );
  };
  const done = noted.value === chat;
  if (done || !ask.question)
    return (
      <div class="ask">
        <p>{ask.thanks}</p>
        {ask.link && (
          <a href={ask.link.url} target="_blank" rel="noopener noreferrer nofollow" class="button">
            {ask.link.word}
          </a>
        )}
        {done && (
          <button
            type="button"
            class="link"
            onClick={() => {
              noted.value = '';
              // Once it is drawn.
              setTimeout(() => focus('fieldset button'));
            }}
          >
            {ask.change}
          </button>
        )}
      </div>
    );
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        tell({ words: event.currentTarget['words'].value }, true);
      }}
    >
      <fieldset>
        <legend>{ask.question}</legend>
        {ask.answers.map(({ id, word }) => (
          <button type="button" key={id} aria-pressed={ask.compared === id} onClick={() => tell({ compared: id })}>
            {word}
          </button>
        ))}
      </fieldset>
      {ask.compared && (
        <>
          <fieldset>
            <legend>{ask.which}</legend>
            {ask.faces.map(({ word, picture }, i) => (
              <button
                type="button"
                key={word}
                aria-pressed={ask.value === i + 1}
                onClick={() => tell({ value: i + 1 })}
              >
                <img src={picture} alt="" />
                {word}
              </button>
            ))}
          </fieldset>
          <label>
            {ask.anything}
            <textarea name="words" dir="auto" rows={2} maxLength={4000} defaultValue={ask.words} />
          </label>
          <button type="submit" class="button">
            {ask.send}
          </button>
        </>
      )}
    </form>
  );
}
