const thanks =
  'thank you|thank u|thanks|thx|ty|cheers|danke|dankeschön|vielen dank|merci|gracias|muchas gracias|obrigad[oa]|grazie|bedankt|dank je|dank u|tack|takk|tak|kiitos|dziękuję|děkuji|teşekkürler|спасибо|дякую|ありがとう|ありがとうございます|谢谢|謝謝|감사합니다|شكرا';
const around =
  'ok|okay|great|perfect|super|cool|wonderful|awesome|excellent|got it|it works|works now|that works|that helped|all good|yes|hi|hello|dear|very much|so much|a lot|again|everyone|all|team|for your help|for the help|sehr|für die hilfe|beaucoup|mille|mil|muito';
const only = new RegExp(`^(?:(?:${around})\\s+)*(?:${thanks})(?:\\s+(?:${around}|${thanks}))*$`, 'u');

/** "Great, thanks!" and nothing else: it asks for nothing, so it reopens nothing. A question mark or any other word makes it a message. */
export function isThanks(text: string): boolean {
  if (text.length > 80 || text.includes('?')) return false;
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\s?]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return only.test(words);
}
