import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { whyNot } from './ask.ts';
import { begin, send, upload, writing } from './doing.ts';
import { facts } from './facts.ts';
import { Icon, IconButton } from './parts.tsx';
import { attached, current, draft, trouble } from './state.ts';
import { t } from './words/index.ts';

const MOST = 10 * 1024 * 1024;
const LONGEST = 20_000;
const FILES = 10;
const faces = ['🙂', '😀', '😍', '😉', '😢', '😡', '👍', '👎', '🙏', '👏', '🎉', '❤️', '🔥', '✅', '❌', '🤔'];

export function Composer({ to }: { to: string }): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(0);
  const [emoji, setEmoji] = useState(false);
  const files = attached.value;

  const take = async (some: Iterable<File> | null | undefined): Promise<void> => {
    const given = [...(some ?? [])]; // the picker's list is emptied before the visit has begun
    const chat = current() ?? ''; // where it was given, wherever one is by the time that it is there
    trouble.value = '';
    for (const file of given) {
      const { all } = attached;
      if ((all.value[chat] ?? []).length >= FILES) {
        trouble.value = t('tooMany');
        return;
      }
      if (file.size > MOST) {
        trouble.value = t('tooLarge', { name: file.name });
        continue;
      }
      setBusy((n) => n + 1);
      try {
        await begin();
        const kept = await upload(file);
        all.value = { ...all.value, [chat]: [...(all.value[chat] ?? []), kept] };
      } catch (error) {
        trouble.value = whyNot(error);
        if (!trouble.value) return; // whoever gave them is not here any more
      } finally {
        setBusy((n) => n - 1);
      }
    }
  };
  const go = (event?: Event): void => {
    event?.preventDefault();
    const text = draft.value.trim();
    if ((!text && files.length === 0) || busy > 0) return;
    trouble.value = text.length > LONGEST ? t('tooLong') : files.length > FILES ? t('tooMany') : '';
    if (trouble.value) return;
    draft.value = '';
    attached.value = [];
    setEmoji(false);
    writing(false);
    send(text, files);
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    // An Enter that chooses among the words of an input method sends nothing; Safari tells it by its old number alone.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) go(event);
  };
  /** Closes the emojis, wherever in them one is, and not the chat. */
  const onEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !emoji) return;
    event.stopPropagation();
    setEmoji(false);
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={go}
      onKeyDown={onEscape}
      onDragOver={(event) => facts.files && event.preventDefault()}
      onDrop={(event) => {
        if (!facts.files) return;
        event.preventDefault();
        take(event.dataTransfer?.files);
      }}
    >
      {files.length > 0 && (
        <ul class="files">
          {files.map((file) => (
            <li key={file.id}>
              <span>{file.filename}</span>
              <IconButton
                of="close"
                name={t('remove', { name: file.filename })}
                onClick={() => (attached.value = files.filter((one) => one.id !== file.id))}
              />
            </li>
          ))}
        </ul>
      )}
      {emoji && (
        <fieldset class="emoji" aria-label={t('emoji')}>
          {faces.map((one) => (
            <button
              type="button"
              key={one}
              onClick={() => {
                // Where one writes, in place of what is chosen.
                const at = field.current;
                at?.setRangeText(one, at.selectionStart, at.selectionEnd, 'end');
                draft.value = at?.value ?? draft.value + one;
                at?.focus();
              }}
            >
              {one}
            </button>
          ))}
        </fieldset>
      )}
      <div class="row">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={t('yourMessage')}
          placeholder={to ? t('writeTo', { name: to }) : t('yourMessage')}
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
            writing(draft.value !== '');
          }}
          onBlur={() => writing(false)}
          onKeyDown={onKey}
          onPaste={(event) => {
            const { clipboardData: data } = event;
            const words = data?.getData('text') ?? '';
            // Cells and pages bring a picture of themselves along: what is meant are their words. A file brings its name.
            const pasted = [...(data?.files ?? [])].filter(({ name }) => !words || words.includes(name));
            const long = words.length > LONGEST;
            // More than a message holds is a file of its own.
            if (long) pasted.push(new File([words], 'text.txt', { type: 'text/plain' }));
            if (!facts.files && long) trouble.value = t('tooLong');
            else if (!facts.files || pasted.length === 0) return;
            else take(pasted);
            event.preventDefault();
          }}
        />
        <button
          type="button"
          class="icon"
          aria-label={t('emoji')}
          aria-expanded={emoji}
          onClick={() => setEmoji(!emoji)}
        >
          <Icon of="smile" />
        </button>
        {facts.files && <IconButton of="clip" name={t('attach')} onClick={() => picker.current?.click()} />}
        <button
          type="submit"
          class="go"
          aria-label={t('send')}
          aria-disabled={busy > 0 || (!draft.value.trim() && files.length === 0)}
        >
          <Icon of="send" />
        </button>
      </div>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
    </form>
  );
}
