import { latestDate } from './dates.ts';

const ABSENCE =
  /out of (the )?office|on (annual |parental |maternity |sick |paternity )?leave|vacation|on holiday|away (from|until|till)|not in the office|limited access to (my )?e-?mail|will (be back|return)|\bOOO\b|abwesen|nicht im (büro|haus)|im urlaub|außer haus|elternzeit|absen(t|ce)|en congé|en vacances|hors du bureau|fuera de (la )?oficina|de vacaciones|ausente|fuori (sede|ufficio)|in ferie|assente|assenza|fora do escritório|de férias|ausência|ausente|afwezig|niet aanwezig|met vakantie|op vakantie|buiten kantoor|poza biurem|na urlopie|nieobecn|в отпуске|отсутств|вне офиса|у відпустці|відсутн|ofis(te)? (dışında|değil)|izinde|tatilde|yıllık izin|不在|休暇|休みを|外出|休假|放假|出差|不在办公室|부재|휴가|mimo kancelář|na dovolené|dovolen|på semester|frånvar|ledig|på ferie|fravær|ikke på kontoret|lomalla|poissa/i;

/** Is this automatic answer about somebody being away (rather than a ticket system's receipt)? */
export function isAbsence(subject: string, text: string): boolean {
  return ABSENCE.test(subject.slice(0, 500)) || ABSENCE.test(text.slice(0, 4000));
}

// the word that announces the end; the date follows it, or stands before it in ja, zh, ko, tr
const UNTIL_BEFORE =
  /\b(?:until|till|til|thru|through|bis(?: zum| einschließlich| einschl\.)?|jusqu(?:'|’)?(?:au|à|e)?(?: le)?|hasta(?: el)?|fino (?:al|a)(?:l’|l')?|sino al|até(?: o| ao)?(?: dia)?|tot(?: en met| aan)?|t\/m|do(?: dnia)?|до|по|t\.?o\.?m\.?|till och med|t\.?o\.?m|til og med|til|frem til|asti)\b|(?:^|\s)(?:до|по)\s|至|到/giu;
const RETURN_BEFORE =
  /\b(?:back (?:in the office |at work |in office )?on|be back|return(?:ing)?(?: to (?:the )?(?:office|work))?(?: on)?|wieder (?:ab|am)|zurück (?:am|ab)|ab dem|wieder für sie|de retour (?:le|au bureau le)|retour le|vuelvo el|regreso el|de vuelta el|rientro (?:il|previsto)|torner[òo] il|sarò di ritorno il|retorno (?:em|no dia)|volto (?:em|no dia|dia)|terug (?:op|vanaf)|weer (?:aanwezig|bereikbaar) (?:op|vanaf)|wracam|будуc?|вернусь|повернуся|zpět|tillbaka|tilbake|tilbage|palaan)\b/giu;
const AFTER = /(?:まで|までの|迄|为止|為止|止|까지|tarihine kadar|['’]?(?:e|a|ye|ya) kadar|kadar|saakka|asti)/gu;

/** The last day of the absence as YYYY-MM-DD, when the text names one. */
export function untilWhen(text: string, subject: string, sent: string | null): string | null {
  const body = `${subject}\n${text.slice(0, 4000)}`;
  const ends: string[] = [];
  const look = (pattern: RegExp, side: 'before' | 'after') => {
    let seen = 0;
    for (const m of body.matchAll(pattern)) {
      if (seen++ > 50) break;
      const from = side === 'after' ? Math.max(0, m.index - 32) : m.index + m[0].length;
      const window = side === 'after' ? body.slice(from, m.index) : body.slice(from, from + 48);
      const date = latestDate(
        window.split('\n')[side === 'after' ? window.split('\n').length - 1 : 0] ?? '',
        sent,
        side,
      );
      if (date) ends.push(date);
    }
  };
  look(UNTIL_BEFORE, 'before');
  look(AFTER, 'after');
  if (ends.length === 0) look(RETURN_BEFORE, 'before');
  ends.sort();
  return ends.at(-1) ?? null;
}
