/** Names senders use, mapped to names the decoders know. WHATWG habits: Latin-1 means windows-1252, gb2312 means gb18030. */
const ALIASES: Record<string, string> = {
  ascii: 'us-ascii',
  'ansi_x3.4-1968': 'us-ascii',
  'iso646-us': 'us-ascii',
  '7bit': 'us-ascii',
  '8bit': '',
  'unknown-8bit': '',
  'x-unknown': '',
  unknown: '',
  default_charset: '',
  default: '',
  'user-defined': '',
  'x-user-defined': '',
  utf8: 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  'utf-8-mac': 'utf-8',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-2-0-utf-7': 'utf-7',
  'utf-16': 'utf-16le',
  unicode: 'utf-16le',
  'ucs-2': 'utf-16le',
  'iso-8859-1': 'windows-1252',
  'iso8859-1': 'windows-1252',
  iso88591: 'windows-1252',
  iso8859: 'windows-1252',
  'iso-8859': 'windows-1252',
  latin1: 'windows-1252',
  'latin-1': 'windows-1252',
  l1: 'windows-1252',
  'iso-8859-1-windows-3.1-latin-1': 'windows-1252',
  ansi: 'windows-1252',
  cp1252: 'windows-1252',
  '1252': 'windows-1252',
  'windows-1252http-equivcontent-type': 'windows-1252',
  'iso-8859-9': 'windows-1254',
  latin5: 'windows-1254',
  'iso-8859-11': 'windows-874',
  'tis-620': 'windows-874',
  'iso-8859-8-i': 'iso-8859-8',
  'iso-8859-8-e': 'iso-8859-8',
  visual: 'iso-8859-8',
  gb2312: 'gb18030',
  'gb_2312-80': 'gb18030',
  'gb2312-80': 'gb18030',
  'euc-cn': 'gb18030',
  euccn: 'gb18030',
  gbk: 'gb18030',
  'x-gbk': 'gb18030',
  cp936: 'gb18030',
  'cn-gb': 'gb18030',
  'cn-big5': 'big5',
  'x-x-big5': 'big5',
  'big5-hkscs': 'big5-hkscs',
  ks_c_5601: 'cp949',
  'ks_c_5601-1987': 'cp949',
  'ks_c_5601-1989': 'cp949',
  ksc5601: 'cp949',
  'euc-kr': 'cp949',
  euckr: 'cp949',
  korean: 'cp949',
  uhc: 'cp949',
  'x-windows-949': 'cp949',
  'shift-jis': 'shift_jis',
  sjis: 'shift_jis',
  'x-sjis': 'shift_jis',
  ms_kanji: 'shift_jis',
  'windows-31j': 'shift_jis',
  cp932: 'shift_jis',
  'x-euc-jp': 'euc-jp',
  eucjp: 'euc-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  csiso2022jp: 'iso-2022-jp',
  csiso2022kr: 'iso-2022-kr',
  'iso-2022-cn-ext': 'iso-2022-cn',
  koi8: 'koi8-r',
  koi8r: 'koi8-r',
  'x-mac-cyrillic': 'maccyrillic',
  macintosh: 'macintosh',
  'x-mac-roman': 'macintosh',
  mac: 'macintosh',
  'x-mac-ce': 'maccenteuro',
  'x-cp1250': 'windows-1250',
  'x-cp1251': 'windows-1251',
  'x-cp1252': 'windows-1252',
  hz: 'hz-gb-2312',
};

/** Answers given before; a header of many encoded words asks the same thing again and again. */
const seen = new Map<string, string | null>();

/** The canonical name; null when nothing useful was declared. */
export function charsetName(declared: string | null | undefined): string | null {
  if (!declared) return null;
  const known = seen.get(declared);
  if (known !== undefined) return known;
  const name = resolve(declared);
  if (seen.size < 500) seen.set(declared, name);
  return name;
}

function resolve(declared: string): string | null {
  const name = declared
    .trim()
    .toLowerCase()
    .replace(/^["']+|["';,]+$/g, '')
    .replace(/\*.*$/, '')
    .replace(/\s+/g, '')
    .replace(/^charset=/, '')
    .replace(/_(?=8859|\d{4}$)/g, '-');
  if (name === '') return null;
  const alias = ALIASES[name] ?? ALIASES[declared.trim().toLowerCase()];
  if (alias !== undefined) return alias === '' ? null : alias;
  const windows = /^(?:cp|win|windows|x-cp|ms|ansi)-?(125\d|874)$/.exec(name);
  if (windows) return `windows-${windows[1]}`;
  const iso = /^(?:iso-?)?8859-?(\d{1,2})(?::\d+)?$/.exec(name);
  if (iso) return ALIASES[`iso-8859-${iso[1]}`] ?? `iso-8859-${iso[1]}`;
  return name;
}
