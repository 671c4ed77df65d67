import { type Random, randomFrom } from '../../server/src/sample/random.ts';
import { customerText, matterOf, subjectOf } from '../../server/src/sample/text.ts';
import { languages } from '../../server/src/sample/texts/index.ts';

export type Labelled = { subject: string; text: string; from: string; spam: boolean; campaign: number };
type Campaign = { from: string; subjects: string[]; sentences: string[] };

/** Invented for this bench, after the kinds that fill real folders: {n} a number, {w} a name. Not one sentence is anybody's. */
const campaigns: Campaign[] = [
  {
    from: 'spins.example',
    subjects: ['{n} free spins are waiting', 'Your welcome bonus expires tonight', 'Claim {n} spins, no deposit'],
    sentences: [
      'Dear player, your account was credited with {n} free spins.',
      'No deposit is needed to claim this casino bonus.',
      'The jackpot stands at {n} million and somebody has to win it.',
      'Press the button before midnight or the bonus goes to another player.',
      'Our table games pay out within minutes to any card or wallet.',
      'Play at https://play.spins.example/{n} and double your first bet.',
    ],
  },
  {
    from: 'legacy-fund.example',
    subjects: ['Confidential business proposal', 'Transfer of {n} million USD', 'Next of kin'],
    sentences: [
      'I am barrister {w}, attorney to a late client who shares your surname.',
      'He left a deposit of {n} million dollars without any next of kin.',
      'I seek your honest partnership to transfer this inheritance to your country.',
      'You will keep forty percent and the rest goes to charity.',
      'Kindly send your full name, telephone and bank details for the paperwork.',
      'This transaction is free of risk and must remain strictly confidential.',
    ],
  },
  {
    from: 'meds-direct.example',
    subjects: ['Save {n}% on your pills', 'Pharmacy clearance', 'No prescription needed'],
    sentences: [
      'Buy generic pills online at the lowest price without a prescription.',
      'Our pharmacy ships discreetly to every country within {n} days.',
      'All tablets are tested and you save {n} percent on this weekend.',
      'Men over forty love what this little blue tablet does.',
      'Order two packs and get the third one for free.',
    ],
  },
  {
    from: 'rank-fast.example',
    subjects: ['First page of search in {n} days', 'Your website has errors', 'SEO proposal for your site'],
    sentences: [
      'I was looking at your website and found that it does not rank for your keywords.',
      'Our SEO experts build {n} high authority backlinks every month.',
      'We guarantee first page ranking or your money back.',
      'Can I send you our affordable packages and a free audit report?',
      'More traffic means more leads and more sales for your business.',
    ],
  },
  {
    from: 'coin-signals.example',
    subjects: ['This coin will rise {n}x', 'Crypto signals that work', '{w} earned {n} EUR last week'],
    sentences: [
      'Our trading robot earned investors {n} percent profit last month.',
      'Deposit bitcoin today and withdraw double within a week, guaranteed.',
      'The next crypto to explode is known to only a few insiders.',
      'Join the private channel where {w} shares every signal.',
      'This investment opportunity closes when all seats are taken.',
    ],
  },
  {
    from: 'gewinn-zentrale.example',
    subjects: ['Sie haben {n} Euro gewonnen', 'Letzte Mahnung zur Gewinnabholung', 'Ihr Gutschein läuft ab'],
    sentences: [
      'Herzlichen Glückwunsch, Sie wurden als Gewinner ausgelost.',
      'Ihr Gutschein über {n} Euro liegt zur Abholung bereit.',
      'Bestätigen Sie Ihre Daten jetzt, sonst verfällt der Gewinn.',
      'Das Angebot gilt nur heute und nur für ausgewählte Teilnehmer.',
      'Klicken Sie hier und sichern Sie sich kostenlos Ihre Prämie.',
    ],
  },
  {
    from: 'credit-rapide.example',
    subjects: ['Crédit accordé en {n} heures', 'Prêt sans justificatif', 'Votre dossier est pré-approuvé'],
    sentences: [
      'Obtenez un prêt de {n} euros sans justificatif ni garantie.',
      'Votre crédit est pré-approuvé, il ne manque que votre signature.',
      'Taux imbattable réservé aux particuliers sérieux.',
      'Envoyez votre pièce d’identité et vos coordonnées bancaires.',
      'Offre de financement urgente entre particuliers.',
    ],
  },
  {
    from: 'atari-bonus.example',
    subjects: ['【当選】{n}万円プレゼント', '無料ポイント進呈', '本日限定の特典'],
    sentences: [
      'おめでとうございます。あなたは当選者に選ばれました。',
      '無料ポイント{n}点を今すぐお受け取りください。',
      '登録は簡単で、費用は一切かかりません。',
      '本日限定の特典ですのでお急ぎください。',
      '副業で毎日{n}万円を稼ぐ方法を公開中です。',
    ],
  },
  {
    from: 'jawaiz.example',
    subjects: ['مبروك ربحت {n} ريال', 'عرض خاص لفترة محدودة', 'قرض فوري بدون كفيل'],
    sentences: [
      'مبروك لقد تم اختيارك للفوز بجائزة نقدية كبرى.',
      'اضغط على الرابط للحصول على الجائزة المجانية الآن.',
      'احصل على قرض فوري بقيمة {n} بدون كفيل.',
      'العرض ينتهي اليوم فلا تفوت الفرصة.',
      'أرسل بياناتك البنكية لإتمام تحويل المبلغ.',
    ],
  },
  // Not learned from, to see what becomes of kinds that are new.
  {
    from: 'factory-direct.example',
    subjects: ['Quotation for {w}', 'LED panels from factory', 'Cooperation with manufacturer'],
    sentences: [
      'Dear purchasing manager, we are a manufacturer with {n} years of experience.',
      'Our factory price list and catalogue are attached for your reference.',
      'Minimum order quantity is {n} pieces and samples are free.',
      'We look forward to establishing business relations with your esteemed company.',
    ],
  },
  {
    from: 'mailbox-admin.example',
    subjects: ['Mailbox quota exceeded', 'Password expires in {n} hours', 'Action required'],
    sentences: [
      'Your mailbox has exceeded its storage quota and incoming messages are on hold.',
      'Verify your password within {n} hours to keep your account active.',
      'Sign in at https://webmail.mailbox-admin.example/{n} to release pending messages.',
      'Failure to validate leads to permanent deactivation.',
    ],
  },
];
export const NEW = 9; // campaigns from this one on are never learned

const fill = (random: Random, text: string): string =>
  text
    .replaceAll('{n}', String(random.whole(2, 990)))
    .replaceAll('{w}', random.pick(['Morgan', 'Adeyemi', 'Chen', 'Silva', 'Novak', 'Weber', 'Rossi', 'Khan']));

/** A spam mail as campaigns send them: some of its sentences, in any order, sometimes with a few words of an honest letter around them. */
function spamOf(random: Random, campaign: number): Labelled {
  const { from, subjects, sentences } = campaigns[campaign] as Campaign;
  const said = sentences.filter(() => random.chance(0.6));
  if (said.length === 0) said.push(random.pick(sentences));
  if (random.chance(0.3)) said.push(random.pick(['Thank you for your time.', 'Have a nice day.', 'Kind regards']));
  const text = said.map((one) => fill(random, one)).join(random.chance(0.5) ? ' ' : '\n\n');
  // Half of them come from an address that is used once.
  const house = random.chance(0.5) ? from : `mx${random.whole(100, 9999)}.example`;
  return { subject: fill(random, random.pick(subjects)), text, from: house, spam: true, campaign };
}

function goodOf(random: Random): Labelled {
  const [language] = random.pick(languages);
  const name = `${random.pick(language.first)} ${random.pick(language.last)}`;
  const matter = matterOf(random, language, name);
  return {
    subject: subjectOf(random, language, matter),
    text: customerText(random, language, matter, 0, false),
    from: random.pick(['gmail.example', 'web.example', `${matter.model.split(' ')[0]?.toLowerCase()}.example`]),
    spam: false,
    campaign: -1,
  };
}

/** The same every time: so many of each kind; spam from known campaigns, or from new ones. */
export function labelled(seed: string, spam: number, good: number, fresh = false): Labelled[] {
  const random = randomFrom(`spam ${seed}`);
  const kinds = fresh ? campaigns.length - NEW : NEW;
  return [
    ...Array.from({ length: spam }, (_, i) => spamOf(random, (fresh ? NEW : 0) + (i % kinds))),
    ...Array.from({ length: good }, () => goodOf(random)),
  ];
}
