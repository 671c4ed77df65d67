const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ZONES: Record<string, number> = {
  ut: 0,
  gmt: 0,
  utc: 0,
  z: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  cet: 60,
  cest: 120,
  met: 60,
  mest: 120,
  bst: 60,
  jst: 540,
  msk: 180,
};

/** A Date header as ISO 8601 in UTC, or null. */
export function parseDate(raw: string | undefined): string | null {
  if (!raw) return null;
  const text = raw.slice(0, 200).replace(/\([^()]{0,100}\)/g, ' ');
  const m =
    /(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(AM|PM)?\s*(?:(?:GMT|UTC)?([+-]\d{1,2}):?(\d{2})|([A-Za-z]{1,5}))?/i.exec(
      text,
    );
  if (!m) return fallback(text);
  const month = MONTHS.indexOf((m[2] ?? '').slice(0, 3).toLowerCase());
  if (month < 0) return fallback(text);
  let year = Number(m[3]);
  if (year < 50) year += 2000;
  else if (year < 1000) year += 1900;
  let hour = Number(m[4]);
  const half = m[7]?.toLowerCase();
  if (half === 'pm' && hour < 12) hour += 12;
  if (half === 'am' && hour === 12) hour = 0;
  const sign = m[8]?.startsWith('-') ? -1 : 1;
  const offset = m[8] ? sign * (Math.abs(Number(m[8])) * 60 + Number(m[9])) : (ZONES[(m[10] ?? '').toLowerCase()] ?? 0);
  const day = Number(m[1]);
  const minute = Number(m[5]);
  if (day < 1 || day > 31 || hour > 24 || minute > 59) return null;
  return iso(
    Date.UTC(year, month, day, hour, minute, Math.min(59, Number(m[6] ?? 0))) -
      (Math.abs(offset) > 24 * 60 ? 0 : offset) * 60_000,
  );
}

function fallback(text: string): string | null {
  return iso(Date.parse(text.trim()));
}

function iso(ms: number): string | null {
  return Number.isFinite(ms) && ms > -2e13 && ms < 2e14 ? new Date(ms).toISOString() : null;
}
