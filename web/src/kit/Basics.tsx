import { t } from '../language/index.ts';
import { Avatar } from '../ui/kit.tsx';
import { Part } from './Part.tsx';

const colours =
  'canvas surface raised sunken selected line ink ink-2 ink-3 accent accent-soft focus note-bg note-edge risk-bg risk-mark breach-bg breach-mark ok-bg info-bg'.split(
    ' ',
  );
const sizes = ['2xl', 'xl', 'lg', 'md', 'sm', 'xs', '2xs'];
const crowd = ['Claire Dubois', 'Pedro Rocha', 'Jonas Weber', '田中 さくら', 'سارة المنصوري', 'grace@hotel.example'];
const team = ['Ana Novak', 'Tomasz Wolski', 'Mei Lin'];

/** What everything else is made of. */
export const Basics = () => (
  <>
    <Part title={t('Colours')} wide>
      <ul className="swatches">
        {colours.map((name) => (
          <li key={name}>
            <i style={{ background: `var(--${name})` }} />
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </Part>
    <Part title={t('Type')}>
      {sizes.map((size) => (
        <div className="row" key={size}>
          <code className="xxs ink3">{size}</code>
          <span className="cut" style={{ fontSize: `var(--t-${size})`, fontWeight: size.includes('l') ? 640 : 400 }}>
            {t('Three tries is two too many.')}
          </span>
        </div>
      ))}
    </Part>
    <Part title={t('People: customers are round, the team is squared')}>
      <div className="row wraps">
        {([48, 36, 24, 20, 18, 16] as const).map((size, n) => (
          <Avatar key={size} name={crowd[n] ?? ''} id={`c${n}`} size={size} label={crowd[n] ?? ''} />
        ))}
      </div>
      <div className="row wraps">
        {([48, 36, 24] as const).map((size, n) => (
          <Avatar key={size} name={team[n] ?? ''} id={`t${n}`} size={size} team label={team[n] ?? ''} />
        ))}
        <span className="avs">
          {team.map((name, n) => (
            <Avatar key={name} name={name} id={`t${n}`} size={16} team label={name} />
          ))}
        </span>
      </div>
    </Part>
  </>
);
