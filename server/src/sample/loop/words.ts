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
    uneasy: ['I am a little worried, because we open on Friday and need it by then.', 'That is a pity, I had looked forward to it.'],
    kind: ['I love my other lamps from you, by the way.', 'Your shop is lovely and I am sure this is quickly solved.'],
    happy: [
      'You did not just send a new lamp, you asked whether the room was dark meanwhile. Who does that?',
      'I wrote at eleven in the evening and had light again the next day. Better than before.',
      'You admitted the mistake at once and made it good. I will buy my next lamp from you, too.',
      'The kindest support I ever had. No forms, no questions, just help.',
      'Somebody understood what I needed before I had said it.',
    ],
    sad: [
      'It works now, but I had to explain it three times.',
      'A week without light in the kitchen, and nobody told me how long it would take.',
      'The answer was polite and did not help.',
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
    ],
    sad: ['Jetzt geht es, aber ich musste dreimal nachfragen.', 'Die Antwort kam erst nach einer Woche.'],
  },
  fr: {
    upset: ['C’est la troisième fois que j’écris, c’est inadmissible. Je veux être remboursée.', 'Je suis furieuse, personne ne me répond.'],
    uneasy: ['Je suis un peu inquiète, car nous ouvrons vendredi.', 'C’est dommage, je m’en réjouissais.'],
    kind: ['J’adore mes autres lampes de chez vous.'],
    happy: [
      'Une réponse humaine, une lampe neuve le lendemain. Quel service !',
      'Vous avez reconnu l’erreur tout de suite. Je reviendrai avec plaisir.',
    ],
    sad: ['Tout fonctionne, mais j’ai dû expliquer trois fois.', 'Une semaine sans nouvelles, c’est long.'],
  },
  es: {
    upset: ['Es la tercera vez que escribo y es inaceptable. Quiero que me devuelvan el dinero.'],
    uneasy: ['Estoy algo preocupado, la necesitamos para el viernes.'],
    kind: ['Me encantan las otras lámparas que les compré.'],
    happy: ['Al día siguiente tenía una lámpara nueva. ¡Increíble!', 'Me escucharon de verdad y lo arreglaron a la primera.'],
    sad: ['Funciona, pero tuve que insistir tres veces.'],
  },
  ja: {
    upset: ['これで三度目の連絡です。返事がなく、とても腹が立っています。返金してください。'],
    uneasy: ['金曜日までに必要なので少し心配です。'],
    kind: ['他のランプはとても気に入っています。'],
    happy: ['翌日に新しいランプが届きました。とても親切な対応に感動しました。', '丁寧に話を聞いていただき、前よりも安心できました。'],
    sad: ['直りましたが、三回も説明が必要でした。'],
  },
  ar: {
    upset: ['هذه هي المرة الثالثة التي أكتب فيها، وهذا غير مقبول. أريد استرداد المبلغ.'],
    uneasy: ['أنا قلقة قليلا لأننا نحتاجه قبل يوم الجمعة.'],
    kind: ['أحب مصابيحكم الأخرى كثيرا.'],
    happy: ['وصل مصباح جديد في اليوم التالي. خدمة رائعة!', 'استمعوا إلي واهتموا بالأمر، وشعرت أفضل من قبل.'],
    sad: ['يعمل الآن، لكنني اضطررت إلى الشرح ثلاث مرات.'],
  },
}; // biome-ignore format: sentences as sentences
