/** A plain list of good and bad words, counted against each other: what one has without any of the rest. */
const good =
  'good great nice love thanks thank happy perfect awesome excellent wonderful best gut danke super toll schön prima perfekt merci bien parfait super content ravi gracias bueno genial perfecto feliz obrigado obrigada ótimo bom perfeito feliz ありがとう 素晴らしい 嬉しい شكرا شكراً ممتاز رائع سعيد';
const bad =
  'bad terrible awful hate angry worst broken wrong problem sad disappointed useless schlecht furchtbar falsch kaputt problem leider enttäuscht mauvais nul problème déçu erreur cassé malo mal pésimo problema error roto ruim péssimo problema erro quebrado 最悪 残念 問題 困って سيئ سيئة مشكلة خطأ للأسف';
const [goodWords, badWords] = [good.split(' '), bad.split(' ')];

export function byLexicon(text: string): 1 | 2 | 3 | 4 | 5 {
  const lower = text.toLowerCase();
  const words = new Set(lower.match(/[\p{L}]+/gu));
  const count = (list: string[]): number =>
    list.filter((word) => (/[\u3040-\u30ff\u4e00-\u9fff]/.test(word) ? lower.includes(word) : words.has(word))).length;
  const sum = count(goodWords) - count(badWords);
  return sum <= -2 ? 1 : sum === -1 ? 2 : sum === 0 ? 3 : sum === 1 ? 4 : 5;
}
