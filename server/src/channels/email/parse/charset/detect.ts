import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

const SAMPLE = 4096;
const CANDIDATES = [
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'cp949',
  'windows-1251',
  'koi8-r',
  'windows-1250',
  'windows-1253',
  'windows-1255',
  'windows-1256',
  'windows-1254',
  'windows-874',
] as const;

// The commonest characters of each script; their share tells the right reading of the bytes from the wrong ones.
const COMMON_HAN = new Set(
  '的一是不了在人有我他這这個个們们中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得于於着下自之年過过发發後后作里用道行所然家種种事成方多經经么去法學学如都同現现當当沒没動动面起看定天分還还進进好小部其些主樣样理心她本前開开但因只從从想實实日軍者意無无力它與与長长把機机十民第公此已工使情明性知全三又關关點点正業业外將将兩两高間间由問问很最重並并物手應应战向頭头文體体政美相見见被利什二等產产或新己制身果加西斯月話话合回特代內内信表化老給给世位次度門门任常先海通教兒儿東东聲声提立及比員员解水名真論论處处走義义各入幾几口認认條条平系氣气題题活爾尔更別别打女變变四神總总何電电數数安少報报才結结反受目太量再感建務务做接必場场件計计管期市直德資资命山金指克許许統统區区保至隊队形社便空決决治展馬马科司五基眼書书非則则聽听白卻却界達达光放強强即像難难且權权思王象完設设式色路記记南品住告類类求據据程北邊边死張张該该交規规萬万取拉格望覺觉術术領领共確确傳传師师觀观清今切院讓让識识候帶带導导爭争運运笔請请訂订單单謝谢您貨货址電郵邮件退款',
);
const COMMON_CYRILLIC = new Set('оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъіїєОЕАИНТСРВЛКМДПУЯГЗБЧХ');

/**
 * Names the likeliest charset of text whose label is missing or wrong. UTF-8 is certain when valid; otherwise every
 * candidate reads a sample and is scored by how ordinary the outcome looks. Windows-1252 wins when nothing else does.
 */
export function detectCharset(bytes: Buffer, notUtf8 = false): string {
  if (!notUtf8 && isUtf8(bytes)) return 'utf-8';
  const sample = highSample(bytes);
  let best = 'windows-1252';
  let bestScore = latinScore(iconv.decode(sample, 'windows-1252'));
  for (const name of CANDIDATES) {
    const score = scoreOf(name, sample);
    if (score > bestScore + 0.08) {
      best = name;
      bestScore = score;
    }
  }
  return best;
}

/** A stretch around the first non-ASCII byte. */
function highSample(bytes: Buffer): Buffer {
  let first = 0;
  while (first < bytes.length && (bytes[first] ?? 0) < 0x80) first++;
  const from = Math.max(0, first - 64);
  return bytes.subarray(from, from + SAMPLE);
}

function scoreOf(name: string, sample: Buffer): number {
  const text = iconv.decode(sample, name);
  let total = 0;
  let good = 0;
  let previous = '';
  for (const ch of text) {
    const c = ch.codePointAt(0) ?? 0;
    if (c < 0x80) {
      previous = ch;
      continue;
    }
    total++;
    if (c === 0xfffd) good -= 3;
    else good += joinedToLatin(name, previous) ? -1 : worth(name, ch, c, previous);
    previous = ch;
  }
  return total === 0 ? 0 : good / total;
}

/** "Fr\u0446sche": a letter of a one-byte script right behind a Latin one is a Latin letter misread. */
function joinedToLatin(name: string, previous: string): boolean {
  return /^(windows-125[1356]|koi8|windows-874)/.test(name) && /[A-Za-z]/.test(previous);
}

function worth(name: string, ch: string, c: number, previous: string): number {
  if (c < 0xa0 || (c >= 0xe000 && c < 0xf900)) return -2;
  switch (name) {
    case 'gb18030':
    case 'big5':
      return COMMON_HAN.has(ch)
        ? 1.5
        : c >= 0x4e00 && c < 0xa000
          ? 0.45
          : c >= 0x3000 && c < 0x3003
            ? 1
            : c >= 0xff00 && c < 0xff60
              ? 0.8
              : -0.4;
    case 'shift_jis':
    case 'euc-jp':
      if (c >= 0xff61 && c < 0xffa0) return -0.3;
      return c >= 0x3040 && c < 0x3100
        ? 1.3
        : COMMON_HAN.has(ch)
          ? 1
          : c >= 0x4e00 && c < 0xa000
            ? 0.4
            : c >= 0x3000 && c < 0x3040
              ? 1
              : -0.4;
    case 'cp949':
      return c >= 0xac00 && c < 0xd7b0 ? 1.1 : -0.6;
    case 'windows-1251':
    case 'koi8-r':
      if (c < 0x400 || c > 0x4ff) return c > 0x2000 && c < 0x2123 ? 0.2 : -0.7;
      return caseBreak(previous, ch) ? -0.5 : COMMON_CYRILLIC.has(ch) ? 1 : 0.4;
    case 'windows-1253':
      return c >= 0x370 && c < 0x400 ? (caseBreak(previous, ch) ? -0.5 : 0.95) : -0.5;
    case 'windows-1255':
      return c >= 0x5d0 && c < 0x5eb ? 0.95 : -0.6;
    case 'windows-1256':
      return c >= 0x621 && c < 0x652 ? 0.9 : -0.6;
    case 'windows-874':
      return c >= 0xe01 && c < 0xe5c ? 0.9 : -0.6;
    case 'windows-1250':
      return 'ąćęłńóśźżĄĆĘŁŃÓŚŹŻěščřžýáíéůúďťňĚŠČŘŽÝÁÍÉŮÚőűŐŰöüÖÜ'.includes(ch)
        ? 0.84
        : 'țșăâî'.includes(ch)
          ? 0.8
          : -0.2;
    default:
      return 'ığşİĞŞçÇöÖüÜ'.includes(ch) ? 0.82 : -0.2;
  }
}

/** A capital after a small letter inside a word: typical of the wrong Cyrillic or Greek table. */
function caseBreak(previous: string, ch: string): boolean {
  return previous !== '' && previous !== previous.toUpperCase() && ch !== ch.toLowerCase();
}

/** Western text: single accented letters between plain ones. Long runs of them mean another script. */
function latinScore(text: string): number {
  let total = 0;
  let good = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) {
      run = 0;
      continue;
    }
    total++;
    run++;
    const letter = c >= 0xc0 && c <= 0xff && c !== 0xd7 && c !== 0xf7;
    const usual = 'äöüßéèêëàâáíîïóôúùûñçåæøÄÖÜÉÀÅÆØÑÇÁÍÓÚãõ'.includes(text[i] ?? '');
    if (run > 2) good -= 0.6;
    else if (usual) good += 0.9;
    else if (letter) good += 0.3;
    else good += '€‚„…–—‘’“”•™£§©®°²³´·»«½ \u00a0'.includes(text[i] ?? '') ? 0.8 : -0.6;
  }
  return total === 0 ? 1 : good / total;
}
