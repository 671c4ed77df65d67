import type { Brand as Face, SeenSite } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ImageUp, ScanSearch, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { said } from '../problem.ts';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { initials } from '../ui/names.ts';
import { SavedText, useSaved } from '../ui/saved.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { brandQuery, inkOn, logoOf } from './brand.ts';
import './brand.css';

/** The logo, or the first letter in the brand's colour while there is none. */
export const BrandMark = ({ brand, name, size = 28 }: { brand: Face | undefined; name: string; size?: number }) =>
  brand?.logo ? (
    <img className="brandmark" src={brand.logo} width={size} height={size} alt="" />
  ) : (
    <span
      className="brandmark"
      aria-hidden="true"
      style={{
        inlineSize: size,
        blockSize: size,
        ...(brand?.colour ? { background: brand.colour, color: inkOn(brand.colour) } : {}),
      }}
    >
      {initials(name).slice(0, 1)}
    </span>
  );

/** Website, colour and logo, each kept as it is chosen. */
export const BrandFields = ({ brand }: { brand: Face }) => {
  const client = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [colour, setColour] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);
  const [seen, setSeen] = useState<SeenSite | null>(null);
  const [trouble, setTrouble] = useState<string>();
  const put = async (body: Partial<Face>) => {
    client.setQueryData(brandQuery.queryKey, await api('PATCH /brand', { body }));
  };
  const logo = useSaved<string | null>({
    label: t('Logo'),
    name: 'logo',
    value: brand.logo,
    save: (one) => put({ logo: one }),
  });
  const look = async () => {
    setLooking(true);
    setTrouble(undefined);
    setSeen(null);
    try {
      setSeen(await api('POST /brand/look', { body: { site: brand.site } }));
    } catch (error) {
      setTrouble(said(error));
    } finally {
      setLooking(false);
    }
  };
  const take = async (one: SeenSite) => {
    const before = { colour: brand.colour, logo: brand.logo };
    try {
      await put({ ...(one.colour ? { colour: one.colour } : {}), ...(one.logo ? { logo: one.logo } : {}) });
      setSeen(null);
      tell(t('Taken from {site}', { site: one.site }), {
        label: t('Undo'),
        run: () => void put(before).catch((error) => tellProblem(error)),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <SavedText
        label={t('Website')}
        name="site"
        optional
        value={brand.site}
        save={(site) => put({ site: site.trim() })}
        help={t('Where your customers know you from.')}
      >
        <input className="input" type="url" dir="ltr" inputMode="url" placeholder={t('shop.example')} maxLength={300} />
      </SavedText>
      {brand.site ? (
        <div className="row" style={{ flexWrap: 'wrap' }}>
          <button
            type="button"
            className={`btn sm${looking ? ' busy' : ''}`}
            disabled={looking}
            onClick={() => void look()}
          >
            <ScanSearch className="i s14" /> {t('Look at the website')}
          </button>
          <span className="help">{t('Colour and logo are proposed; nothing changes until you take them.')}</span>
        </div>
      ) : null}
      {trouble ? (
        <p className="help err" role="alert">
          {trouble}
        </p>
      ) : null}
      {seen ? (
        <div className="said info" role="status">
          <BrandMark
            brand={{ site: seen.site, colour: seen.colour ?? '', logo: seen.logo }}
            name={seen.name ?? seen.site}
          />
          <span className="grow">
            {seen.colour || seen.logo
              ? t('{name}: this is what the website shows.', { name: seen.name ?? seen.site })
              : t('The website says neither a colour nor a logo. Choose them below.')}
          </span>
          {seen.colour || seen.logo ? (
            <button type="button" className="btn sm" onClick={() => void take(seen)}>
              {t('Take them')}
            </button>
          ) : null}
        </div>
      ) : null}
      <div className="form two">
        <SavedText
          label={t('Colour')}
          name="colour"
          optional
          value={brand.colour}
          save={(one) => put({ colour: one.trim().toLowerCase() })}
          wrong={(one) => (/^(#[0-9a-f]{6})?$/i.test(one.trim()) ? undefined : t('A colour like #1b6b57.'))}
          onDraft={setColour}
        >
          <input className="input" dir="ltr" placeholder="#1b6b57" maxLength={7} spellCheck={false} />
        </SavedText>
        <div className="field">
          <span className="label" id="logo-label">
            {t('Logo')}
          </span>
          <div className="row">
            <BrandMark
              brand={{ ...brand, colour: colour && /^#[0-9a-f]{6}$/i.test(colour) ? colour : brand.colour }}
              name={brand.site || '?'}
            />
            <button
              type="button"
              className="btn sm"
              aria-describedby="logo-label"
              onClick={() => file.current?.click()}
            >
              <ImageUp className="i s14" /> {t('Choose a picture')}
            </button>
            {brand.logo ? (
              <button
                type="button"
                className="btn sm quiet icon"
                aria-label={t('Remove the logo')}
                onClick={() => void logo.keep(null)}
              >
                <X className="i s14" />
              </button>
            ) : null}
          </div>
          <input
            ref={file}
            type="file"
            hidden
            accept="image/png,image/jpeg,image/webp,image/gif,image/x-icon"
            aria-label={t('Logo')}
            onChange={(e) => {
              const one = e.target.files?.[0];
              e.target.value = '';
              if (one)
                logoOf(one).then(
                  (address) => void logo.keep(address),
                  (error) => logo.setError(said(error)),
                );
            }}
          />
          {logo.error ? (
            <span className="help err" role="alert">
              {logo.error}
            </span>
          ) : null}
        </div>
      </div>
    </>
  );
};

/** How a mail with this face begins. */
const Preview = ({ brand, name }: { brand: Face; name: string }) => (
  <aside className="preview" aria-label={t('Preview')}>
    <p className="label">{t('As customers see it')}</p>
    <div className="paper">
      <div className="band" style={brand.colour ? { background: brand.colour, color: inkOn(brand.colour) } : undefined}>
        <BrandMark brand={brand.logo ? brand : undefined} name={name} size={24} />
        <bdi className="strong">{name}</bdi>
      </div>
      <p>{t('Thank you for writing to us. A person reads it and answers.')}</p>
      {brand.site ? (
        <p className="xs">
          <bdi dir="ltr">{brand.site}</bdi>
        </p>
      ) : null}
    </div>
  </aside>
);

export const Brand = () => {
  useTitle(t('Brand'));
  const { workspace } = useMe();
  const may = useMay()('workspace.write');
  const query = useQuery(brandQuery);
  return (
    <>
      <Head
        title={t('Brand')}
        lead={t('How your company looks to those who write to it.')}
        help={t(
          'Colour and logo stand on what customers see of you: today on the practice page and in this preview, and on every page and mail that is made for them. A website can propose both. It is fetched once, when you ask for it, by the server, and only from the public internet.',
        )}
      />
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data ? (
        <div className="beside">
          <fieldset className="form card pad" disabled={!may}>
            <BrandFields brand={query.data} />
          </fieldset>
          <Preview brand={query.data} name={workspace.name} />
        </div>
      ) : null}
    </>
  );
};
