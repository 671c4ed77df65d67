/** Words that say nothing of what a conversation is about: of the languages Hearten speaks, and what letters begin and end with. */
const lists = `
a about after all also am an and any are as at be because been before being but by can could did do does doing done don't for from get got had has have having he
her here hey hi hello dear him his how i i'd i'll i'm i've if in into is isn't it it's its just know let like me more most my need no not now of off ok on one only or other our
out over own please pls possible really regards sincerely same she should since so some still such team tell thank thanks than that that's the their them then there these they this those through
to too until up us very via want was way we were what what's when where which while who whom why will with would yes yet you your yours sir madam good morning afternoon evening best kind
cheers cant can't didn't doesn't won't wasn't isnt ive im make made think see use used using much many something anything someone help question problem issue

aber alle allem allen als also am an auch auf aus bei beim bin bis bitte da dann das dass daß dein dem den der des die dies diese diesem diesen dieser dieses doch du durch ein eine einem einen einer
es euch euer für gibt guten hab habe haben hallo hat hatte ich ihr ihre ihren im in ist ja kann kein keine keinen können leider mal man mehr mein meine meinem meinen meiner mich mir mit muss nach nicht
noch nun nur ob oder schon sehr sein seit sich sie sind so und uns unser vielen dank vom von vor war warum was weil wenn wer werde werden wie wieder wir wird wo wurde zu zum zur über tag grüße grüßen
freundlichen freundliche liebe lieber herr frau damen herren geehrte danke hilfe frage problem möchte würde wurden gerne mfg

afin ai alors après as au aucun aussi autre aux avec avoir bien bonjour bonsoir car ce ceci cela ces cet cette chez comme comment d dans de depuis des donc du elle elles en encore est et être eu fait faire il
ils j je jusqu l la le les leur lui ma mais me merci mes moi mon même n ne nos notre nous on ont ou où par pas peu peut peux plus pour pourquoi pourriez pouvez qu quand que quel quelle qui sa sans se
ses si son sont suis sur ta te tes toi ton toujours tous tout toute très tu un une vos votre vous voulez voudrais y à été était cordialement salutations madame monsieur aide question problème svp s'il c'est j'ai
n'est d'un d'une qu'il

a al algo ante antes aquí aunque bien buenas buenos cada como cómo con contra cual cuando cuándo de del desde donde dos el él ella ellos en entre era eres es esa ese eso esta está están estas este esto estoy fue
gracias ha hace hacer hasta hay he hola la las le les lo los me mi mis mucho muy más nada ni no nos nosotros o os otra otro para pero por porque pueden puede puedo que qué quien quiero saludos se sea según ser si sí
sido sin sobre son soy su sus también te tengo tiene todo todos tu un una uno unos usted ustedes y ya yo días tardes noches favor ayuda pregunta problema estimado estimados atentamente

a ao aos aquela aquele as até boa bom com como da das de dela dele depois do dos e ela ele eles em entre era essa esse esta está estão este estou eu foi fui há isso isto já lhe mais mas me mesmo meu meus minha
minhas muito na nas nem no nos nossa nosso num numa não né o obrigada obrigado olá os ou para pela pelo pelos por porque posso pode qual quando que quem quero se sem ser seu seus sua são só também te tem tenho ter
um uma você vocês às é oi dia tarde noite favor ajuda pergunta problema prezados atenciosamente gostaria

の に は を た が で て と し れ さ ある いる も する から な こと として い や など なっ ない この ため その あっ よう また もの という あり まで られ なる へ か だ これ によって により おり より による ず なり
られる において ば なかっ なく しかし について せ だっ その後 できる それ う ので なお のみ でき き つ における および いう さらに でも ら たり その他 に関する たち ます ん なら に対して です ました ません でした
お ご 私 ください お願い いたし ござい よろしく こんにちは ありがとう まし でしょ くださ どう 何 この度 ですが いただき 願い 致し 様 さん 御 下さい ため 方 場合 問題 質問

في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن قد كان كانت يكون هو هي هم أنا انا نحن أنت انت أن ان إن كل بعد قبل عند حتى ثم أو او و كيف لماذا متى أين اين هل لي لكم لك لنا له لها به بها
مرحبا السلام عليكم شكرا شكراً جزيلا من فضلك فضلكم تحية طيبة وبعد يا أي اي غير لدي عندي كما لكن منذ حول بين أريد اريد يمكن يمكنني مساعدة مشكلة سؤال
`;
const stop = new Set(lists.trim().split(/\s+/));

/** One letter says nothing either, where letters are not words. */
export const isStop = (word: string): boolean =>
  stop.has(word) || (word.length === 1 && /[a-z\p{Script=Arabic}\p{Script=Hiragana}]/u.test(word));
