import type { Language } from '../rules.ts';

/** What could be said more gently: it blames, says that somebody did not listen, shuts the door, orders, belittles, or is sharp. */
export type Sting = 'blame' | 'again' | 'door' | 'order' | 'small' | 'sharp';

/** Pieces of regular expressions, from the beginning of a word to the end of one; in Japanese anywhere. */
export const stings: Record<Language, Record<Sting, string[]>> = {
  en: {
    blame: [
      "you should(?:n't| not)? have(?! (?:received|gotten|got|seen|heard|had|been))",
      "you (?:failed|forgot|neglected|refused) to",
      "you (?:did not|didn't|never|have not|haven't) (?:read|tell|told|say|send|sent|follow|followed|mention|mentioned|listen|listened|provide|provided|include|attach|reply|answer|check|checked|bother)",
      "(?<!not )(?<!n't )your (?:own )?(?:fault|mistake|error|negligence|carelessness)",
      'you(?: are|\'re) (?:wrong|mistaken|confused|not listening)',
      'you claim(?:ed)?',
      'if you had (?:only |just )?(?:read|told|followed|looked|asked|listened|checked|waited)',
      'caused by (?:you|your misuse)',
    ],
    again: [
      "as (?:i|we)(?:'ve| have)? (?:already|repeatedly|clearly|previously) (?:said|told|explained|written|wrote|mentioned|stated)",
      'as (?:already|previously|clearly|repeatedly) (?:said|stated|mentioned|explained|written)',
      'per my (?:last|previous)',
      "(?:i|we)(?:'ve| have)? already (?:told|explained|said) (?:you|this|that|it)",
      'how (?:many times|often) (?:do|must|should)',
      'like i said',
      'for the (?:second|third|fourth|last|hundredth) time',
    ],
    door: [
      'not our (?:problem|fault|concern|job|responsibility|business)',
      '(?:nothing|not anything) (?:that )?(?:we|i) can do',
      "(?:that is|that's|it is|it's) (?:just |simply )?(?:our|the|company) (?:policy|rule)",
      'take it or leave it',
      'deal with it',
      'no exceptions',
      'end of (?:discussion|story)',
      "(?:we|i) (?:do not|don't) care",
      "(?:that is|that's) your problem",
    ],
    order: [
      'calm down',
      'stop (?:writing|asking|complaining|sending|calling|mailing|bothering)',
      "(?:do not|don't) (?:write|contact|call|ask|mail|bother) (?:us|me)? ?(?:again|every)",
      "you(?:'ll| will) (?:just )?have to (?:wait|accept|live|deal|be patient)",
      'you (?:must|need to) (?:calm|understand|accept|realise|realize)',
    ],
    small: [
      'obviously',
      'clearly (?:stated|written|says|said|visible|explained)',
      "(?:it is|it's|this is) (?:really |very |quite )?not (?:that )?(?:hard|difficult|complicated)",
      'not rocket science',
      'common sense',
      'every(?:one|body) (?:else )?(?:knows|understands|manages)',
      '(?:nobody|no one) else (?:has|had|complain)',
      'as (?:anyone|anybody) can see',
    ],
    sharp: [
      'ridiculous', 'nonsense', 'with all due respect', 'stupid', 'absurd', "i don't care", 'how dare', 'rude',
      'wast(?:e|ing) (?:of )?(?:my|our) time', 'fed up', 'whatever you say', 'sick of', 'pathetic',
    ],
  },
  de: {
    blame: [
      'hätten sie (?:vorher |besser |doch |einfach |nur |selbst |selber )*(?:lesen|wissen|sehen|prüfen|sagen|melden|merken)',
      'hätten sie (?:vorher |doch |nur |einfach )*(?:gelesen|gewartet|gefragt|zugehört|geprüft)',
      'sie haben (?:es )?(?:versäumt|vergessen|unterlassen)',
      'sie haben (?:uns |mir |das |die |den )*(?:nie|nicht) (?:gelesen|geschickt|gesagt|mitgeteilt|beachtet|zugehört|befolgt)',
      '(?<!nicht )ihre (?:eigene )?schuld',
      'selbst schuld', 'selber schuld', 'ihr (?:eigener )?fehler',
      'sie (?:irren|täuschen) sich', 'sie behaupten',
    ],
    again: [
      'wie (?:ich|wir)(?: ihnen)?(?: es| das)? (?:bereits|schon)(?: mehrfach| mehrmals| oft)? (?:gesagt|geschrieben|erklärt|erwähnt|mitgeteilt)',
      'wie (?:bereits|schon) (?:mehrfach|mehrmals|gesagt|geschrieben|erklärt|erwähnt)',
      'zum (?:zweiten|dritten|letzten|hundertsten) mal',
      'wie oft (?:soll|muss)', 'nochmals zum mitschreiben',
    ],
    door: [
      'nicht unser(?:e)? (?:problem|schuld|sache|aufgabe|bier)',
      'können (?:wir|ich) (?:leider )?(?:auch )?nichts (?:machen|tun|ändern)',
      'kann (?:ich|man) (?:leider )?(?:auch )?nichts (?:machen|tun|ändern)',
      'nicht zuständig', 'das ist nun mal so', 'pech gehabt', 'ausnahmen gibt es nicht', 'ihr problem', 'interessiert uns nicht',
    ],
    order: [
      'beruhigen sie sich', 'hören sie (?:endlich |bitte )?auf', 'sehen sie (?:doch )?ein', 'unterlassen sie', 'schreiben sie (?:uns )?nicht (?:mehr|ständig)',
      'sie müssen (?:eben|halt|schon|einfach) (?:warten|akzeptieren|damit)', 'gedulden sie sich (?:gefälligst|eben|halt)',
    ],
    small: [
      'offensichtlich', 'steht (?:doch|ja|eindeutig|klar|deutlich)(?: \\p{L}+)? in', 'eindeutig in der', 'das weiß (?:doch )?jede[rs]?', 'gesunder menschenverstand',
      'so schwer (?:ist|kann) (?:das|es) (?:doch )?nicht', 'selbstverständlich nicht', 'kein anderer kunde',
    ],
    sharp: ['lächerlich', 'unsinn', 'quatsch', 'blödsinn', 'bei allem respekt', 'unverschämt', 'frech(?:heit)?', 'zeitverschwendung', 'gefälligst', 'mir egal', 'uns egal'],
  },
  fr: {
    blame: [
      'vous auriez dû(?! (?:recevoir|avoir reçu|voir arriver))', 'vous avez (?:oublié|omis|négligé|refusé) (?:de|d\')', '(?<!pas )(?<!pas de )(?:de )?votre (?:propre )?faute',
      'vous n\'avez (?:pas|jamais) (?:lu|dit|envoyé|suivi|écouté|précisé|fourni|joint|vérifié)', 'vous vous trompez', 'vous prétendez', 'si vous aviez (?:lu|suivi|écouté|vérifié|attendu)', 'votre erreur',
    ],
    again: [
      'comme (?:je|nous) (?:vous )?(?:l\')?(?:ai|avons) déjà (?:dit|expliqué|écrit|indiqué|précisé|répété)', 'comme (?:déjà|je l\'ai déjà) (?:dit|expliqué|indiqué|mentionné)',
      'je vous (?:l\')?ai déjà (?:dit|expliqué)', 'pour la (?:deuxième|troisième|dernière|énième) fois', 'combien de fois (?:faut|dois)', 'encore une fois\\.',
    ],
    door: [
      'pas notre (?:problème|faute|affaire|responsabilité)', '(?:ne pouvons|n\'y pouvons|ne peux|n\'y peux) rien', 'c\'est comme ça', 'c\'est votre problème', 'pas de mon ressort',
      'aucune exception', 'c\'est (?:notre|la) (?:politique|règle)', 'à prendre ou à laisser',
    ],
    order: ['calmez-vous', 'arrêtez de', 'cessez de', 'ne nous (?:écrivez|contactez|appelez) plus', 'vous devez (?:comprendre|accepter|admettre)', 'il faudra (?:attendre|vous y faire)', 'vous n\'avez qu\'à'],
    small: ['évidemment', 'clairement (?:indiqué|écrit|précisé|mentionné|expliqué)', 'c\'est pourtant (?:clair|simple|écrit)', 'tout le monde (?:sait|comprend)', 'bon sens', 'ce n\'est pas (?:si )?(?:compliqué|difficile|sorcier)', 'personne d\'autre'],
    sharp: ['ridicule', 'n\'importe quoi', 'absurde', 'avec tout le respect', 'stupide', 'perte de temps', 'je m\'en (?:fiche|moque)', 'ras-le-bol', 'vous plaisantez'],
  },
  es: {
    blame: [
      '(?:usted |tú )?(?:debería|deberías|debió|debiste|tendría que|tenía que) haber(?! (?:recibido|visto llegar))', '(?<!no es )(?<!no fue )culpa suya', '(?<!no )(?:es|fue) (?:su|tu) (?:propia )?culpa',
      '(?:usted )?no (?:leyó|leíste|envió|siguió|nos dijo|avisó|adjuntó|comprobó)', '(?:se le |se )?olvidó (?:de )?(?:enviar|adjuntar|leer)', '(?:usted )?está equivocado', 'se equivoca(?! de)', 'si hubiera (?:leído|seguido|esperado|preguntado)',
    ],
    again: ['como ya (?:le|te|les)? ?(?:dije|dijimos|expliqué|explicamos|he dicho|hemos dicho|comenté|indiqué|escribí)', 'ya (?:le|te) (?:dije|expliqué|he dicho)', 'por (?:segunda|tercera|última|enésima) vez', 'cuántas veces'],
    door: ['no es (?:nuestro problema|nuestra culpa|asunto nuestro|nuestra responsabilidad)', 'no podemos hacer nada', 'no puedo hacer nada', 'no hay nada que (?:podamos|pueda) hacer', 'es su problema', 'es (?:nuestra|la) política', 'sin excepciones', 'lo toma o lo deja'],
    order: ['cálm(?:ese|ate)', '(?:deje|deja|dejen) de', 'no nos (?:escriba|llame|contacte) más', 'tiene que (?:entender|aceptar|esperar)', 'tendrá que (?:esperar|aceptar|aguantarse)'],
    small: ['obviamente', 'evidentemente', 'claramente (?:indicado|escrito|explicado|dice)', 'todo el mundo (?:sabe|entiende)', 'sentido común', 'no es (?:tan )?(?:difícil|complicado)', 'nadie más'],
    sharp: ['ridícul[oa]', 'tontería', 'absurd[oa]', 'con todo (?:el )?respeto', 'estúpid[oa]', 'pérdida de tiempo', 'me da igual', 'nos da igual', 'harto', 'qué falta de'],
  },
  pt: {
    blame: [
      '(?:você|o senhor|a senhora) (?:já )?(?:deveria|devia) ter(?! (?:recebido|chegado|visto))', 'a culpa é (?:sua|do senhor|da senhora)', '(?<!não é )(?<!não foi )culpa sua', '(?:você|o senhor|a senhora) não (?:leu|enviou|disse|seguiu|avisou|anexou|verificou)',
      '(?:você|o senhor|a senhora) (?:se )?esqueceu', '(?:você|o senhor|a senhora) está (?:errad[oa]|enganad[oa])', 'se (?:você |o senhor |a senhora )?tivesse (?:lido|seguido|esperado|perguntado)', 'erro seu',
    ],
    again: ['como (?:eu )?já (?:lhe |te )?(?:disse|dissemos|expliquei|explicamos|escrevi|informei|informamos|falei)', 'já (?:lhe|te) (?:disse|expliquei|falei)', 'pela (?:segunda|terceira|última|enésima) vez', 'quantas vezes'],
    door: ['não é (?:problema nosso|nosso problema|culpa nossa|nossa responsabilidade)', 'não (?:podemos|posso|há o que|há nada a) fazer nada', 'não há (?:nada que|o que) (?:possamos |se possa )?fazer', 'é problema seu', 'é (?:a )?nossa política', 'sem exceções', 'é pegar ou largar'],
    order: ['acalme-se', 'se acalme', 'pare de', 'não (?:nos )?(?:escreva|ligue|contate) mais', '(?:você |o senhor |a senhora )?(?:tem|precisa) (?:que|de) (?:entender|aceitar|esperar)', 'terá (?:que|de) (?:esperar|aceitar)'],
    small: ['obviamente', 'evidentemente', 'claramente (?:escrito|indicado|explicado|diz)', 'todo mundo sabe', 'toda a gente sabe', 'bom senso', 'não é (?:tão )?(?:difícil|complicado)', 'ninguém mais'],
    sharp: ['ridícul[oa]', 'bobagem', 'absurd[oa]', 'com todo (?:o )?respeito', 'estúpid[oa]', 'perda de tempo', 'tanto faz', 'não me importa', 'cheio disso', 'que falta de'],
  },
  ja: {
    blame: ['(?:読めば|見れば|考えれば)(?:分かる|わかる)', 'お客様(?:ご自身)?の(?:使い方|操作|ミス|過失|不注意|せい)', 'お客様の責任(?!ではございません|ではありません|ではない)', 'お客様が(?:間違|勘違い|見落と|確認しなかった)', '確認しなかった', '(?:読んで|確認して)いれば'],
    again: ['(?:先ほど|以前|前回)も(?:申し上げ|お伝えし|ご説明し|言い)', '(?:何度|なんど)も(?:申し上げ|お伝えし|説明し|言っ)', '(?:既に|すでに)(?:申し上げ|お伝えし|ご説明し)た(?:通り|とおり|はず)', '同じことを'],
    door: ['(?:当社|弊社|こちら|私ども)の(?:責任|問題)では(?:ありません|ない|ございません)', 'どうすることもでき', '何もでき(?:ません|かねます)', '知りません', '関係(?:ありません|ない)', '規則ですので', '例外は(?:ありません|認め)'],
    order: ['落ち着いて', '(?:連絡|電話|メール|質問)し(?:ないで|てこないで)', 'やめてください', '我慢して', '待つしか', '理解してください'],
    small: ['当然', '当たり前', '常識', '誰でも(?:分か|わか|でき|知)', '簡単なこと', '明らかに', '明記して(?:あります|います)', '他のお客様は'],
    sharp: ['馬鹿', 'ばかげ', 'くだらない', '迷惑です', 'いい加減に', '時間の無駄', 'うるさい', 'しつこい', '呆れ'],
  },
  ar: {
    blame: ['كان (?:عليك|يجب عليك|ينبغي عليك|ينبغي ان) ?(?:ان )?(?:تقرا|تقرئي|تنتبه|تسال|ترسل|تخبرنا|تتاكد|تنتظر)', '(?<!ليس )(?<!ليست )(?:هذا )?(?:خطؤك|خطاك|غلطتك|ذنبك)', '(?:لم|لن) (?:تقرا|ترسل|تخبرنا|تتبع|تنتبه|تستمع|ترفق)', 'لقد (?:نسيت|اهملت|اخطات)', 'انت مخطئ', 'تزعم', 'لو (?:انك )?(?:قرات|انتظرت|سالت|اتبعت)', 'بسببك'],
    again: ['كما (?:قلت|ذكرت|شرحت|اخبرتك|قلنا|ذكرنا|اوضحت)(?: لك| لكم)? (?:سابقا|من قبل|مرارا|مسبقا)', '(?:قلت|شرحت) لك (?:سابقا|من قبل|مرارا)', 'للمره (?:الثانيه|الثالثه|الاخيره|الالف)', 'كم مره'],
    door: ['(?:ليست|ليس) (?:مشكلتنا|مسؤوليتنا|خطانا|ذنبنا|شاننا)', 'لا (?:يمكننا|نستطيع|استطيع|يمكنني) (?:ان )?(?:فعل|نفعل|افعل|عمل) (?:اي )?(?:شيء|شئ)', 'مشكلتك انت', 'هذه (?:سياستنا|سياسه الشركه)', 'لا استثناءات', 'لا يعنينا'],
    order: ['اهد(?:ا|ئي|اوا)', 'توقف(?:ي|وا)? عن', 'كف(?:ي|وا)? عن', 'لا (?:تراسلنا|تتصل بنا|تكتب لنا)', '(?:عليك|يجب) ان (?:تفهم|تتقبل|تنتظر|تصبر)'],
    small: ['من الواضح', 'بوضوح في', 'بديهي', 'الجميع (?:يعرف|يعلم|يفهم)', 'ليس (?:الامر )?(?:صعبا|معقدا)', 'لا احد غيرك'],
    sharp: ['سخيف', 'هراء', 'مع (?:كامل|كل) احترامي', 'غبي', 'مضيعه (?:ل?لوقت|لوقتنا)', 'لا يهمني', 'لا يهمنا', 'وقح', 'سئمنا'],
  },
}; // biome-ignore format: words as words
