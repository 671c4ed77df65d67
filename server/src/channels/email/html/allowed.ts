const words = (s: string): ReadonlySet<string> => new Set(s.split(' '));

/** Elements that may be shown. Everything else loses its tags and keeps its text. */
export const TAGS = words(
  'a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu nav ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr',
);

export const VOID = words('br hr img col wbr');

/** Elements that go with everything inside them. */
export const DROPPED = words(
  'script svg math template noscript title textarea select iframe noembed noframes xmp plaintext frameset canvas datalist listing',
);

/** Attributes any element may carry; their values are harmless as text. */
export const ATTRIBUTES = words(
  'dir lang title align valign width height border cellpadding cellspacing colspan rowspan bgcolor color face size start type value reversed nowrap clear hspace vspace alt class scope span summary abbr headers datetime open cite-as',
);

const PROPERTIES = words(
  'background background-color background-image background-position background-repeat background-size background-clip background-origin border-collapse border-spacing box-shadow box-sizing caption-side clear color column-gap direction display empty-cells flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font font-family font-size font-stretch font-style font-variant font-weight gap height hyphens letter-spacing line-break line-height list-style list-style-image list-style-position list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width object-fit object-position opacity order overflow overflow-wrap overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top quotes row-gap table-layout text-align text-decoration text-decoration-color text-decoration-line text-decoration-style text-indent text-overflow text-shadow text-transform text-underline-offset unicode-bidi vertical-align visibility white-space width word-break word-spacing word-wrap writing-mode',
);
const FAMILIES = /^(border(-|$)|outline(-|$)|align-|justify-)/;

export function propertyAllowed(name: string): boolean {
  return PROPERTIES.has(name) || FAMILIES.test(name);
}

/** Properties whose value may name a picture. */
export const PICTURED = words('background background-image list-style list-style-image');
