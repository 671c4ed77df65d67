import {
  ChevronDown,
  CircleCheck,
  Check as Done,
  Lock,
  Moon,
  OctagonAlert,
  Reply,
  Search,
  Tag,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Check, CopyLine, Field } from '../ui/form.tsx';
import { Said, Strokes } from '../ui/kit.tsx';
import { Part, State } from './Part.tsx';

const stay = () => undefined;

const Buttons = () => (
  <Part title={t('Buttons')}>
    {(['primary', '', 'quiet', 'danger'] as const).map((kind) => (
      <div className="row wraps" key={kind}>
        <State name={t('at rest')}>
          <button type="button" className={`btn ${kind}`}>
            {t('Send')}
          </button>
        </State>
        <State name={t('under the pointer')}>
          <button type="button" className={`btn ${kind} is-hover`}>
            {t('Send')}
          </button>
        </State>
        <State name={t('pressed')}>
          <button type="button" className={`btn ${kind} is-press`}>
            {t('Send')}
          </button>
        </State>
        <State name={t('in focus')}>
          <button type="button" className={`btn ${kind} is-focus`}>
            {t('Send')}
          </button>
        </State>
        <State name={t('off')}>
          <button type="button" className={`btn ${kind}`} disabled>
            {t('Send')}
          </button>
        </State>
      </div>
    ))}
    <div className="row wraps">
      <State name={t('busy')}>
        <button type="button" className="btn primary busy" aria-busy="true">
          {t('Send')}
        </button>
      </State>
      <State name={t('for good')}>
        <button type="button" className="btn danger-fill">
          <Trash2 className="i" /> {t('Delete for good')}
        </button>
      </State>
      <State name={t('note')}>
        <button type="button" className="btn note">
          <Lock className="i" /> {t('Add note')}
        </button>
      </State>
      <State name={t('small')}>
        <button type="button" className="btn sm">
          <Done className="i" /> {t('Resolve')}
        </button>
      </State>
      <State name={t('picture alone')}>
        <button type="button" className="btn icon" aria-label={t('Snooze')} title={t('Snooze')}>
          <Moon className="i" />
        </button>
      </State>
      <State name={t('in two parts')}>
        <span className="split">
          <button type="button" className="btn primary">
            {t('Send')}
            <Strokes of="Mod+Enter" />
          </button>
          <button type="button" className="btn primary" aria-label={t('More ways to send')}>
            <ChevronDown className="i s14" />
          </button>
        </span>
      </State>
    </div>
  </Part>
);

const Fields = () => (
  <Part title={t('Fields')}>
    <div className="two">
      <Field label={t('Name')}>
        <input className="input" placeholder={t('What people call you')} />
      </Field>
      <Field label={t('In focus')}>
        <input className="input is-focus" defaultValue="Ana" />
      </Field>
      <Field label={t('Address')} error={t('Add the ending, like .com')}>
        <input className="input" defaultValue="support@northwind" />
      </Field>
      <Field label={t('Locked')} help={t('Only owners change this.')}>
        <input className="input" defaultValue="northwind" disabled />
      </Field>
      <Field label={t('Folder')} optional>
        <input className="input" />
      </Field>
      <Field label={t('Team')}>
        <select className="input">
          <option>{t('Nobody')}</option>
          <option>{t('Everyone')}</option>
        </select>
      </Field>
    </div>
    <span className="search find">
      <Search className="i s14" />
      <input className="input" type="search" aria-label={t('Search')} placeholder={t('Search')} />
    </span>
    <Field label={t('Signature')}>
      <textarea className="input" rows={2} defaultValue="Ana, Northwind Lamps" />
    </Field>
    <div className="row wraps">
      <Check label={t('On')} defaultChecked />
      <Check label={t('Off')} />
      <Check label={t('Locked')} disabled />
      <Check type="radio" name="kit" label={t('Team')} defaultChecked />
      <Check type="radio" name="kit" label={t('You')} />
      <label className="check">
        <input className="switch" type="checkbox" defaultChecked />
        {t('Away')}
      </label>
    </div>
    <CopyLine value="https://support.northwind.example" label={t('Address')} />
    <Said error={new Error(t('A file needs a few words to go with it.'))} />
  </Part>
);

const Chips = () => {
  const [side, setSide] = useState('reply');
  const [tab, setTab] = useState('one');
  return (
    <Part title={t('Chips, counts, choices')}>
      <div className="row wraps">
        <span className="chip">
          <Tag className="i s13" /> {t('Tag')}
        </span>
        <span className="chip line">{t('Team')}</span>
        <span className="chip ok">
          <CircleCheck className="i s13" /> {t('Resolved')}
        </span>
        <span className="chip info">{t('Waiting')}</span>
        <span className="chip risk">{t('Held')}</span>
        <span className="chip breach">
          <OctagonAlert className="i s13" /> {t('Not delivered')}
        </span>
        <span className="chip accent">{t('changed')}</span>
        <span className="chip noted">
          <Lock className="i s13" /> {t('Only your team')}
        </span>
        <span className="badge">3</span>
        <span className="count">128</span>
        <Strokes of="g i" />
      </div>
      <div className="row wraps">
        {/* biome-ignore lint/a11y/useSemanticElements: buttons of one choice */}
        <span className="seg" role="group" aria-label={t('Reply or note')}>
          <button type="button" aria-pressed={side === 'reply'} onClick={() => setSide('reply')}>
            <Reply className="i s13 flip" /> {t('Reply')}
          </button>
          <button type="button" aria-pressed={side === 'note'} onClick={() => setSide('note')}>
            <Lock className="i s13" /> {t('Note')}
          </button>
        </span>
      </div>
      <div>
        <span className="seg" role="tablist" aria-label={t('Tabs')}>
          {(
            [
              ['one', t('In use')],
              ['two', t('Archived')],
            ] as const
          ).map(([id, words]) => (
            <button
              type="button"
              role="tab"
              key={id}
              id={`kit-tab-${id}`}
              aria-controls="kit-panel"
              aria-selected={tab === id}
              tabIndex={tab === id ? 0 : -1}
              onClick={() => setTab(id)}
              onKeyDown={(e) => (/^Arrow(Left|Right)$/.test(e.key) ? setTab(tab === 'one' ? 'two' : 'one') : stay())}
            >
              {words}
            </button>
          ))}
        </span>
        <p role="tabpanel" id="kit-panel" aria-labelledby={`kit-tab-${tab}`} className="sm ink2">
          {tab === 'one' ? t('Nothing typed twice.') : t('What you archive waits here until you bring it back.')}
        </p>
      </div>
      <progress className="bulkbar" value={40} max={100} aria-label={t('Progress')} />
      <span>
        <button type="button" className="link" title={t('A few words on what one points at')}>
          {t('Tooltip')}
        </button>
      </span>
    </Part>
  );
};

export const Controls = () => (
  <>
    <Buttons />
    <Fields />
    <Chips />
  </>
);
