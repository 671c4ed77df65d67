import { CircleHelp } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { t } from '../language/index.ts';

/** The top of a page of the settings: what it is about, and behind a question mark how it works, in a paragraph. */
export const Head = ({
  title,
  lead,
  help,
  action,
}: {
  title: ReactNode;
  lead?: ReactNode;
  help: ReactNode;
  action?: ReactNode;
}) => {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div>
      <div className="row">
        <h1>{title}</h1>
        <button
          type="button"
          className="btn quiet sm icon"
          aria-label={t('How this works')}
          title={t('How this works')}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <CircleHelp className="i" />
        </button>
        <span className="grow" />
        {action}
      </div>
      {lead ? <p className="lead">{lead}</p> : null}
      <div id={id} hidden={!open} className="howthis">
        {open ? <p>{help}</p> : null}
      </div>
    </div>
  );
};
