import { randomFrom } from '../random.ts';

type Said = {
  /** In the first letter: at the end of their patience, worried, kind. */
  upset: string[];
  uneasy: string[];
  kind: string[];
  /** In an answer to the question at the end, or to a survey. */
  happy: string[];
  sad: string[];
};

/** What customers say of how they feel, in each language of the sample. */
export const felt: Record<string, Said> = {
  en: {
    upset: [
      'This is the third time I write, and it is unacceptable that nobody answers.',
      'I am really angry: I was promised a call back and heard nothing. I want my money back.',
      'This is ridiculous. I have been ignored for two weeks now.',
    ],
    uneasy: [
      'I am a little worried, because we open on Friday and need it by then.',
      'That is a pity, I had looked forward to it.',
    ],
    kind: ['I love my other lamps from you, by the way.', 'Your shop is lovely and I am sure this is quickly solved.'],
    happy: [
      'You did not just send a new lamp, you asked whether the room was dark meanwhile. Who does that?',
      'I wrote at eleven in the evening and had light again the next day. Better than before.',
      'You admitted the mistake at once and made it good. I will buy my next lamp from you, too.',
      'The kindest support I ever had. No forms, no questions, just help.',
      'Somebody understood what I needed before I had said it.',
      'I sent a photo of the plug, and an hour later I knew which screw to turn. It has shone ever since.',
      'My grandmother’s reading lamp works again, and you found the part for it. She sends her regards.',
      'I expected a script and got a person who owns the same lamp.',
      'The replacement was in the shop before our opening. You saved our Friday.',
      'You told me that I needed no new lamp, only a bulb for four euros. That is how one keeps a customer.',
      'Two messages, no ticket numbers to repeat, and the invoice was right.',
      'I had given up on it. You had not.',
      'The new shade is more beautiful than the one that broke. Thank you for the careful wrapping.',
      'You remembered that I had written in spring and asked whether the dimmer was quiet by now.',
      'The courier lost the parcel, you did not lose your patience. Neither did I, thanks to you.',
      'An honest answer: it would take nine days, and it took nine days. I wish all shops were like that.',
      'You explained the wiring so well that I put up the second lamp on my own.',
      'We furnished the whole reception with you after this. The help was worth more than the discount.',
      'For once I did not have to prove that I was right.',
      'Refunded before I had found the box. I did not even have to ask twice.',
      'A drawing by hand of where the spring goes! It hangs on our fridge now.',
      'Nobody sold me anything, and so I came back and bought something.',
      'I wrote in bad English and was answered in good Portuguese. Lovely.',
      'The lamp hums no more, and the answer made me smile.',
    ],
    sad: [
      'It works now, but I had to explain it three times.',
      'A week without light in the kitchen, and nobody told me how long it would take.',
      'The answer was polite and did not help.',
      'Solved, but by a neighbour. Your answer came two days later.',
      'I was sent to the same article twice, and it is about another lamp.',
      'The money is back. The evening I spent on it is not.',
      'Each answer came from somebody else, and each asked for the order number again.',
      'You were kind, but the new one hums as well.',
    ],
  },
  de: {
    upset: [
      'Ich schreibe jetzt zum dritten Mal und bin stinksauer, dass niemand antwortet.',
      'Das ist eine Frechheit. Ich möchte mein Geld zurück.',
    ],
    uneasy: ['Ich mache mir etwas Sorgen, denn wir brauchen sie bis Freitag.', 'Das ist leider sehr schade.'],
    kind: ['Mit meinen anderen Leuchten bin ich übrigens sehr zufrieden.'],
    happy: [
      'Am nächsten Tag war die neue Leuchte da, und niemand wollte die alte zurück. Großartig.',
      'Freundlich, schnell, und am Ende besser als vorher.',
      'Ich hatte mit Ärger gerechnet und bekam ein Lächeln. Danke!',
      'Endlich jemand, der zuhört, bevor er antwortet.',
      'Sie haben mir von der teureren Leuchte abgeraten. So gewinnt man Kunden.',
      'Die Skizze zur Montage war Gold wert, die Lampe hing in zehn Minuten.',
      'Eine ehrliche Auskunft statt einer schnellen. Am Donnerstag versprochen, am Donnerstag da.',
      'Unser Café konnte pünktlich öffnen. Das vergessen wir Ihnen nicht.',
      'Das Ersatzteil für eine zwölf Jahre alte Lampe, und das ohne Rechnung. Ich bin gerührt.',
      'Keine Formulare, keine Warteschleife, ein Mensch mit Namen.',
      'Man hat sich entschuldigt, ohne nach Ausreden zu suchen. Das war schöner als der Gutschein.',
      'Die Rückfrage kam, bevor ich selbst gemerkt habe, dass etwas fehlt.',
      'Seit Ihrer Antwort flackert nichts mehr, auch ich nicht.',
      'Ich empfehle Sie weiter, meine Schwester hat schon bestellt.',
    ],
    sad: [
      'Jetzt geht es, aber ich musste dreimal nachfragen.',
      'Die Antwort kam erst nach einer Woche.',
      'Nett formuliert, nur leider an meiner Frage vorbei.',
      'Gelöst, aber erst, nachdem ich angerufen habe.',
      'Zweimal dieselbe Anleitung, und beide Male die falsche.',
    ],
  },
  fr: {
    upset: [
      'C’est la troisième fois que j’écris, c’est inadmissible. Je veux être remboursée.',
      'Je suis furieuse, personne ne me répond.',
    ],
    uneasy: ['Je suis un peu inquiète, car nous ouvrons vendredi.', 'C’est dommage, je m’en réjouissais.'],
    kind: ['J’adore mes autres lampes de chez vous.'],
    happy: [
      'Une réponse humaine, une lampe neuve le lendemain. Quel service !',
      'Vous avez reconnu l’erreur tout de suite. Je reviendrai avec plaisir.',
      'On m’a écoutée jusqu’au bout, puis on a trouvé. C’est rare.',
      'Le croquis du montage m’a sauvé la soirée.',
      'Vous m’avez déconseillé la plus chère. Voilà une maison en qui j’ai confiance.',
      'Promise pour jeudi, livrée jeudi, emballée comme un cadeau.',
      'Je craignais un formulaire, j’ai eu une conversation.',
      'La lampe de mon père éclaire de nouveau. Merci du fond du cœur.',
      'Remboursé avant même d’avoir retrouvé le carton.',
      'Une attention, une vraie : on m’a demandé si j’avais de la lumière en attendant.',
      'Depuis votre réponse, le variateur ne bourdonne plus et moi non plus.',
      'Trois phrases simples, et tout était clair.',
    ],
    sad: [
      'Tout fonctionne, mais j’ai dû expliquer trois fois.',
      'Une semaine sans nouvelles, c’est long.',
      'Réponse aimable, mais à côté de la question.',
      'Réglé, après deux relances.',
    ],
  },
  es: {
    upset: ['Es la tercera vez que escribo y es inaceptable. Quiero que me devuelvan el dinero.'],
    uneasy: ['Estoy algo preocupado, la necesitamos para el viernes.'],
    kind: ['Me encantan las otras lámparas que les compré.'],
    happy: [
      'Al día siguiente tenía una lámpara nueva. ¡Increíble!',
      'Me escucharon de verdad y lo arreglaron a la primera.',
      'Me explicaron el montaje con un dibujo hecho a mano. Una maravilla.',
      'Esperaba excusas y encontré a una persona amable.',
      'Dijeron nueve días y fueron nueve días. Así da gusto.',
      'Me devolvieron el dinero sin tener que insistir.',
      'Encontraron la pieza de una lámpara que ya no fabrican. Gracias de corazón.',
      'Abrimos la tienda con luz gracias a ustedes.',
      'Ni formularios ni esperas, solo ayuda.',
      'Ahora luce mejor que cuando la compré.',
    ],
    sad: [
      'Funciona, pero tuve que insistir tres veces.',
      'Amables, aunque tardaron una semana.',
      'La respuesta no era para mi lámpara.',
    ],
  },
  ja: {
    upset: ['これで三度目の連絡です。返事がなく、とても腹が立っています。返金してください。'],
    uneasy: ['金曜日までに必要なので少し心配です。'],
    kind: ['他のランプはとても気に入っています。'],
    happy: [
      '翌日に新しいランプが届きました。とても親切な対応に感動しました。',
      '丁寧に話を聞いていただき、前よりも安心できました。',
      '手描きの取り付け図のおかげで、十分で設置できました。',
      '古いランプの部品まで探してくださり、心から感謝しています。',
      '高い方の商品を勧めずに、電球の交換だけで済むと教えてくれました。',
      '約束の日に約束どおり届きました。包装も美しかったです。',
      '開店に間に合いました。本当にありがとうございました。',
      '謝罪が率直で、かえって信頼できました。',
      '待っている間の明かりまで気遣ってくださいました。',
      '何度も説明する必要がなく、一通で解決しました。',
    ],
    sad: [
      '直りましたが、三回も説明が必要でした。',
      '返信まで一週間かかりました。',
      '丁寧でしたが、質問の答えではありませんでした。',
    ],
  },
  ar: {
    upset: ['هذه هي المرة الثالثة التي أكتب فيها، وهذا غير مقبول. أريد استرداد المبلغ.'],
    uneasy: ['أنا قلقة قليلا لأننا نحتاجه قبل يوم الجمعة.'],
    kind: ['أحب مصابيحكم الأخرى كثيرا.'],
    happy: [
      'وصل مصباح جديد في اليوم التالي. خدمة رائعة!',
      'استمعوا إلي واهتموا بالأمر، وشعرت أفضل من قبل.',
      'رسموا لي طريقة التركيب بخط اليد، فركبته في عشر دقائق.',
      'نصحوني بالأرخص لأنه يناسبني أكثر. هكذا تُكسب الثقة.',
      'وعدوا بيوم الخميس ووصل يوم الخميس.',
      'مصباح جدتي يضيء من جديد. شكرا من القلب.',
      'اعتذروا بصدق دون أعذار.',
      'أعيد المبلغ قبل أن أطلبه مرة ثانية.',
      'سألوني هل لدي ضوء في انتظار المصباح الجديد. لم أر مثل هذا الاهتمام.',
      'افتتحنا المتجر في موعده بفضلكم.',
    ],
    sad: [
      'يعمل الآن، لكنني اضطررت إلى الشرح ثلاث مرات.',
      'الرد لطيف لكنه تأخر أسبوعا.',
      'حُلت المشكلة بعد رسالتين للتذكير.',
    ],
  },
};

export type Sayings = (code: string, how: 'happy' | 'sad') => string;
/** One sentence after the other, in an order of its own: nothing is said again before all was said. */
export function sayings(mark: string): Sayings {
  const left = new Map<string, string[]>();
  const rounds = new Map<string, number>();
  return (code, how) => {
    const key = `${code} ${how}`;
    const waiting = left.get(key) ?? [];
    if (waiting.length === 0) {
      const round = (rounds.get(key) ?? 0) + 1;
      rounds.set(key, round);
      const random = randomFrom(`${mark} says ${key} ${round}`);
      const placed = (felt[code]?.[how] ?? []).map((words) => ({ words, at: random.next() }));
      waiting.push(...placed.sort((a, b) => a.at - b.at).map(({ words }) => words));
      left.set(key, waiting);
    }
    return waiting.pop() ?? '';
  };
}
