/** The words of thanks of a language, and those that stand around them. Anything else in a mail means there is more to read. */
type Language = { thanks: ReadonlySet<string>; around: ReadonlySet<string> };
const language = (thanks: string, around: string): Language => ({
  thanks: new Set(thanks.split(' ')),
  around: new Set(around.split(' ')),
});
/** Each by itself: "size" is a word around thanks in Turkish, and an answer in English. */
const LANGUAGES: readonly Language[] = [
  language(
    'thanks thank thankyou thx thanx tysm ty cheers',
    'you u so very much a lot many lots million again for your the help support quick fast prompt kind great awesome excellent response reply answer assistance all it this that works work worked working now is was fixed solved resolved perfect perfectly fine well done good job really appreciated appreciate hi hello hey dear team everyone guys sir madam have nice day weekend best regards kind warm and ok okay got received great super wonderful amazing brilliant lovely further problem problems everything in order happy sorted understood noted again mate folks guys sure speedy been',
  ),
  language(
    'danke dankeschön dankeschon dank merci thx',
    'ihnen euch dir vielen vielmals besten herzlichen sehr schön für die ihre deine eure schnelle rasche prompte gute tolle hilfe antwort unterstützung rückmeldung es das jetzt funktioniert geht klappt alles klar gut bestens hallo liebe lieber grüße gruß freundlichen mit und schönen tag noch viele herzliche liebe beste wunderbar prima perfekt toll super gelöst erledigt ist hat geklappt nochmals nochmal euer ihr team wieder einwandfrei wunderbar läuft funktioniert’s nun mir uns einen schönes wochenende',
  ),
  language(
    'merci',
    'à vous toi beaucoup bien infiniment pour votre ton réponse rapide aide soutien ça ca marche fonctionne maintenant tout est parfait super génial bonjour cordialement bonne journée mille un grand très et l encore le problème résolu de la refonctionne nouveau c’est c est réglé soirée week-end génial chaleureusement',
  ),
  language(
    'gracias',
    'muchas mil muchísimas por su tu la ayuda respuesta rápida todo ya funciona perfecto genial excelente hola buen día saludos un de os le lo muy amable amables solucionado resuelto equipo arreglado funcionando bien tarde noches gran nuevo sido',
  ),
  language(
    'grazie',
    'mille tante molte di per il tuo suo vostro aiuto supporto risposta veloce rapida tutto ok funziona ora adesso perfetto ottimo ciao buongiorno buona giornata saluti risolto gentilissimi gentile di nuovo giornata cordiali tutto posto è a sistemato velocissimi',
  ),
  language(
    'obrigado obrigada obg valeu',
    'muito pela pelo sua seu ajuda resposta rápida apoio tudo funcionou funcionar funcionando certo perfeito ótimo olá bom dia abraço resolvido equipe mesmo está já tudo a tarde noite equipa ótima novo de novo',
  ),
  language(
    'bedankt dank dankjewel dankuwel',
    'je jij u wel hartelijk heel erg voor de het uw je hulp snelle reactie antwoord alles werkt nu prima perfect top super goed hallo groeten groet fijne dag opgelost weer en met vriendelijke uitstekend helemaal goed',
  ),
  language(
    'dziękuję dziekuje dzięki dzieki dziękujemy',
    'bardzo wielkie serdecznie za pomoc szybką odpowiedź wszystko działa teraz świetnie super dobrze dzień dobry pozdrawiam miłego dnia i już znowu bardzo państwa wam ci odpowiedź serdeczne rozwiązane naprawione',
  ),
  language(
    'спасибо спс благодарю благодарим спасибочки',
    'большое огромное вам тебе за помощь быстрый быстрый ответ оперативный всё все работает теперь отлично супер хорошо здравствуйте привет с уважением хорошего дня и заработало решено очень поддержку снова уже заработала вашу отзывчивость вопрос решён решен',
  ),
  language(
    'teşekkürler tesekkurler teşekkür tesekkur sağol sagol sağolun sağ eyvallah',
    'ol ederim ederiz çok yardımınız yardımlarınız için hızlı cevap cevabınız her şey şimdi çalışıyor mükemmel harika süper iyi günler merhaba oldu çözüldü size artık tekrar ilginiz desteğiniz ve kolay gelsin',
  ),
  language(
    'tack tackar tak takk kiitos kiitti děkuji dekuji díky diky děkujeme дякую дякуємо дяки 감사합니다 감사해요 고맙습니다 고마워요 감사드립니다',
    'så så mycket för hjälpen svaret snabba allt fungerar nu bra perfekt hej hälsningar mange tusen for hjælpen hjelpen svaret hurtige raske alt virker fungerer nå hilsen paljon avusta vastauksesta nyt toimii hienoa terveisin moc za pomoc rychlou odpověď vše funguje teď super dobrý den hezký velice дуже за допомогу швидку відповідь все працює тепер чудово гарного доброго дня щиро 정말 너무 빠른 답변 도움 주셔서 도와주셔서',
  ),
];

/** "Thanks, the problem is here again" is made of the same words. */
const PROBLEM = /\bprobl[eèé]m|problem|проблем|sorun/iu;
const SOLVED =
  /fixed|solved|resolved|sorted|\bno (further |more )?problem|gelöst|erledigt|résolu|réglé|solucionad|resuelt|arreglad|risolt|sistemat|resolvid|opgelost|rozwiązan|naprawion|решен|решён|çözül/iu;

/** Scripts without spaces between words: the whole text is made of such phrases, or it isn't thanks only. */
const CJK_THANKS =
  /^(?:(?:どうも|本当に|誠に|大変|迅速な|早速の|ご|お|の|を|ご対応|対応|返信|回答|返事|連絡|助かりました|解決しました|直りました|いただき|頂き|くださり|いただきまして|ありがとう|有難う|有り難う|ございます|ございました|御座います|感謝|します|いたします|しております|承知しました|了解です|了解しました|よろしくお願いします|お世話になっております|お疲れ様です|非常|十分|太|多|谢谢|謝謝|感谢|感謝|谢|您|你|你们|你們|您们|的|帮助|幫助|协助|協助|支持|回复|回覆|解答|了|啦|好的|好|收到|已|已经|已經|解决|解決|问题|問題|可以|没问题|沒問題|麻烦|麻煩|辛苦|大家|各位|非常感谢|多谢|多謝|太好了)|[\s、。，,.!！~〜♪])+$/u;
const CJK_CORE = /ありがとう|有難う|有り難う|感謝|谢谢|謝謝|感谢|多谢|多謝/;

/**
 * Is this new text nothing but thanks? "Thanks, works now!" is; "thanks, still broken" and anything with a question is
 * not. Short texts only: whoever writes more has something to say.
 */
export function isThanks(text: string): boolean {
  const s = text.slice(0, 600).trim();
  if (s === '' || s.length > 240 || text.length > 2000 || /[?？¿]|\d{2,}|https?:/.test(s)) return false;
  if (CJK_CORE.test(s)) return CJK_THANKS.test(s.replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/gu, ''));
  const words =
    s
      .toLowerCase()
      .normalize('NFC')
      .match(/(?:\p{L}|\p{M})+/gu) ?? [];
  if (words.length === 0 || words.length > 30) return false;
  if (PROBLEM.test(s) && !SOLVED.test(s)) return false;
  return LANGUAGES.some((one) => words.some((w) => one.thanks.has(w)) && unknownWords(s, words, one).length === 0);
}

/** Words that the language has in neither list; a name on the closing line or after a greeting is allowed. */
function unknownWords(s: string, words: readonly string[], { thanks, around }: Language): string[] {
  const unknown = words.filter((w) => !thanks.has(w) && !around.has(w));
  if (unknown.length === 0) return unknown;
  const lines = s
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => l !== '');
  const last = lines.length > 1 ? (lines.at(-1) ?? '') : '';
  const inLast = new Set((last.toLowerCase().match(/(?:\p{L}|\p{M})+/gu) ?? []).slice(0, 3));
  const isName = last.length < 40 && !/[.!,;:]./.test(last) && /^[\p{Lu}]/u.test(last);
  const called =
    /(?:^|[,!.]\s*)(?:thanks|thank you|danke|merci|gracias|grazie|obrigad[oa]|bedankt|hi|hello|hallo|hola|ciao|bonjour|спасибо|dzięki|tack|tak|takk|kiitos)[,!]?\s+(\p{Lu}[\p{Ll}]{1,15})[\s,.!]*$/iu.exec(
      lines[0] ?? '',
    );
  const name = called?.[1] && /^\p{Lu}/u.test(called[1]) ? called[1].toLowerCase() : '';
  return unknown.filter((w) => w !== name && !(isName && inLast.has(w)));
}
