import { lowerStart } from './lines.ts';

/** Openings of the lines phones and apps add ("Sent from my iPhone"), lower case. */
const MOBILE =
  "sent from my|sent from outlook|sent from mail|sent from yahoo|sent from gmail|sent from samsung|sent from windows|sent from proton|sent from mobile|sent from iphone|sent from android|sent from a phone|sent from a mobile|sent from an|sent from the|sent from airmail|sent from spark|sent from surface|sent from tablet|sent from aol|sent from myspace|sent from nine|sent from bluemail|sent from thunderbird|sent from vivo|sent from xiaomi|sent from huawei|sent from lg|sent from blackberry|sent from type|sent from canary|sent with airmail|sent with spark|sent with proton|sent with sparrow|sent with shift|sent with mailspring|sent with k-9|sent via|sent by galaxy|sent by mobile|sent by phone|sent on the go|sent using|from my iphone|from my ipad|from my android|from my phone|from my samsung|from my mobile|from my blackberry|get outlook for|typed on my|written on my phone|brief message sent|yahoo mail: search|someone from mobile|von meinem|von unterwegs|vom iphone|vom handy|gesendet von|gesendet mit|gesendet aus|gesendet über|diese nachricht wurde von meinem|diese e-mail wurde von meinem|diese mail wurde von|von samsung|von outlook|hol dir outlook|holen sie sich outlook|outlook für|mit freundlichen grüßen von unterwegs|envoyé de|envoyé depuis|envoyé à partir|envoyé par|envoyé avec|envoyé via|envoyé d'|obtenez outlook|télécharger outlook|téléchargez outlook|enviado desde|enviado de|enviado con|enviado mediante|enviado por|enviado a través|obtener outlook|consigue outlook|obtén outlook|descargar outlook|enviado do|enviado a partir|enviado via|enviado pelo|enviado pela|enviada do|obter o outlook|obter outlook|obtenha o outlook|baixe o outlook|inviato da|inviato dal|inviato con|inviato tramite|ottieni outlook|scarica outlook|verzonden vanaf|verzonden met|verzonden vanuit|verzonden via|verstuurd vanaf|verstuurd met|verstuurd via|gestuurd vanaf|outlook voor|download outlook|wysłano z|wysłane z|wysłane za pomocą|wysłano za pomocą|pobierz outlook|pobierz program outlook|отправлено с|отправлено из|отправлено от|послано с|отправлено через|скачать outlook|получить outlook|надіслано з|відправлено з|надіслано через|отримати outlook|iphone'umdan|iphone’umdan|ipad'imden|ipad’imden|android'imden|samsung telefonumdan|telefonumdan gönderildi|yahoo mail'den|outlook'u edinin|ios için outlook|android için outlook|cihazımdan|iphoneから|ipadから|androidから|私のiphone|スマートフォンから|スマホから|携帯から|iphone から|ipad から|android から|outlook for|ios 版 outlook|ios版outlook|android 版 outlook|从我的|发自我的|发自|來自我的|从 windows 版邮件发送|从windows版|寄自|傳送自我的|從我的|傳自|获取|下载适用于|取得適用於|下載適用於|odesláno z|odesláno pomocí|odoslané z|získejte outlook|skickat från|skickat med|skickades från|skickat via|hämta outlook|skaffa outlook|sendt fra|sendt med|sendt via|hent outlook|få outlook|skaff outlook|lähetetty|hanki outlook|lataa outlook|elküldve|küldve|나의 iphone|내 iphone|iphone에서|ipad에서|android용|ios용 outlook|갤럭시|나의 갤럭시|삼성|trimis de pe|απεστάλη από|στάλθηκε από|נשלח מה|أرسلت من|dikirim dari|được gửi từ".split(
    '|',
  );

/** Openings by their first three letters, since this is asked of every line. */
const byStart = new Map<string, string[]>();
for (const opening of MOBILE) {
  const key = opening.slice(0, 3);
  byStart.set(key, [...(byStart.get(key) ?? []), opening]);
}

/** What these lines speak of; needed where the opening alone could begin a sentence. */
const DEVICE =
  /phone|ipad|ipod|imachine|\bmac\b|handy|mobil|móvil|movil|cellul|cellulare|telefon|téléphone|teléfono|telefone|telemóvel|smartphone|tablet|android|samsung|galaxy|huawei|xiaomi|redmi|nokia|oneplus|\bhtc\b|\blg\b|pixel|blackberry|windows|outlook|yahoo|gmail|mail|proton|spark|app\b|device|gerät|dispositiv|appareil|urządzenie|устройств|пристро|cihaz|zařízení|enhet|enhed|laite|телефон|смартфон|手机|手機|スマ|携帯|휴대|기기|iphone|airmail|thunderbird|wiko|alcatel|motorola|sony|xperia|oppo|vivo|realme|cell|ti-85|posteo|web\.de|gmx|t-online|aol|orange|k-9|aqua|fairphone|surface|typoze|torch of pixels/i;

/** Cheap first look at the first three letters and the last; most lines end the question here. */
function mayBeAppLine(line: string): boolean {
  let from = 0;
  while (from < line.length && NOT_LETTER.has(line.charCodeAt(from))) from++;
  if (from === line.length) return false;
  return (
    byStart.has(line.slice(from, from + 3).toLowerCase()) ||
    line.charCodeAt(from) > 0x2000 ||
    (line.length < 120 && line.includes('utlook')) ||
    line.charCodeAt(line.length - 1) > 0x2e80 ||
    (line.length < 80 && /(ildi|ştir|atu|ani|sta|tty)[\s.)>]*$/.test(line.slice(-12)))
  );
}
const NOT_LETTER = new Set([...' \t<([{*_~>-'].map((c) => c.charCodeAt(0)));

/**
 * "Sent from my Verizon Wireless BlackBerry", but not "Sent from my desk, which is easier than my phone": the device
 * follows within a few words.
 */
function namesDevice(s: string, opening: string): boolean {
  const following = s
    .slice(opening.length)
    .split(/\s+/)
    .filter((w) => w !== '');
  const near = `${opening} ${following.slice(0, 5).join(' ')}`;
  return (
    DEVICE.test(near) || /https?:|aka\.ms/.test(s) || (following.length <= 4 && /^sent from my /.test(`${opening} `))
  );
}

/** "Get Outlook for iOS", in whatever language: the two names within a few words. */
const OUTLOOK_PHONE =
  /^(?=.{8,60}$)(?!.*[.?!,;:]\s*\S)(?:.*outlook.{0,25}(?:ios|android)|.*(?:ios|android).{0,15}outlook)/;

/** A line some app added under the text. */
export function isAppLine(line: string): boolean {
  if (line.length > 160 || !mayBeAppLine(line)) return false;
  const s = lowerStart(line, 160).replace(/^[\s<([{*_~>-]+/, '');
  if (s === '') return false;
  for (const opening of byStart.get(s.slice(0, 3)) ?? []) if (s.startsWith(opening)) return namesDevice(s, opening);
  if (
    line.length < 80 &&
    /(から送信|から送りました|より送信|で送信|에서 보냄|에서 보낸|에서 전송|發送|傳送|发送|發自|gönderildi|gönderilmiştir|saatu|laitteestani|puhelimestani|iphonesta|lähetetty)[\s.。>)]*$/.test(
      s,
    )
  )
    return DEVICE.test(line);
  if (line.length < 120 && OUTLOOK_PHONE.test(s.replace(/<?https?:\S+/g, '').trim())) return true;
  return /^(von|from|de|da|от|из) (meinem|my|mon|mi|mio|meu|моего) (iphone|ipad|android|handy|phone|smartphone|móvil|cellulare|celular)/i.test(
    s,
  );
}

/** "-- " of RFC 3676 and what people use for it. */
export function isDelimiter(line: string): 'strict' | 'loose' | null {
  const s = line.trim();
  if (s === '--' || s === '- --') return 'strict';
  if (s === '—' || s === '––' || s === '——' || s === '__' || s === '---') return 'loose';
  if (s.length >= 3 && s.length <= 120 && /^(_{3,}|—{3,}|–{3,}|-{4,}|={4,}|\*{4,}|~{4,}|(- ?){6,}|(_ ?){6,})$/.test(s))
    return 'loose';
  return null;
}

const CONTACT =
  /(@|www\.|https?:|\btel\b|\bfax\b|\bphone\b|\bmobile\b|\bmobil\b|tél|телефон|тел\.|電話|电话|\+\d[\d ()./-]{6,}|\(\d{2,5}\)\s?\d|\d{3,}[ ./-]\d{3,})/i;

export function looksLikeContact(line: string): boolean {
  return CONTACT.test(line.slice(0, 300));
}

const DISCLAIMER =
  /\b(confidential|privileged|intended (solely|only|recipient|for the)|if you (are not|have received)|received this (e-?mail|message|communication) in error|unauthori[sz]ed|consider the environment|think before (you )?print|virus-free|virenfrei|no virus found|scanned (by|for)|please do not print|registered (office|in england)|disclaimer|legal notice)\b|vertraulich|nicht der (richtige|beabsichtigte|vorgesehene) (adressat|empfänger)|irrtümlich erhalten|diese e-?mail (enthält|und alle|kann|ist)|confidentiel|destinataire|si vous n'êtes pas|ne sont pas destin|veuillez en informer l|confidencial|destinatario|si usted no es|ha recibido este (mensaje|correo)|riservat[eo]|qualora|ricevuto (questo|il presente)|confidenciais|destinatário|recebeu (esta|este)|vertrouwelijk|geadresseerde|ten onrechte|poufne|adresat|otrzymali|конфиденциальн|адресат|получили это (письмо|сообщение)|конфіденційн|gizli|muhatab|機密|秘密情報|受信者|誤って|保密|机密|機密|收件人|důvěrn|adresát|konfidentiell|avsedd|fortrolig|tiltænkt|tiltenkt|luottamuksell|vastaanottaja|기밀|수신인|avast|mcafee|bitdefender|norton/i;
const DISCLAIMER_START =
  /^[\s*_"'([>-]*(disclaimer|confidential|notice|legal|privileged|important notice|this (e-?mail|message|communication|transmission|electronic)|the (information|contents?|content of this)|any (views|unauthori)|please (consider|note|think|don't print)|if you (are not|have received)|virus-free|virenfrei|no virus|avast|diese (e-?mail|nachricht|mail|information)|der inhalt|die (information|in dieser)|hinweis|vertraulich|achtung|bitte (denken|prüfen)|ce (message|courriel|mail|courrier)|cet (e-?mail|envoi)|les (informations|renseignements)|le contenu|l['’]intégrité|avis|pensez|este (mensaje|correo|e-?mail)|esta (mensagem|comunicación|comunicação)|la información|el contenido|aviso|a informação|as informações|antes de imprimir|questo (messaggio|e-?mail)|questa (e-?mail|comunicazione|mail)|le informazioni|il (presente|contenuto)|ai sensi|avviso|dit (bericht|e-?mail)|deze (e-?mail|mail|informatie)|de (informatie|inhoud)|denk|niniejsz|ta (wiadomość|korespondencja)|ten (e-?mail)|treść|informacj|zastrzeżenie|это (сообщение|письмо|электронн)|данное (сообщение|письмо)|настоящ|содержание|информация|ця інформація|це повідомлення|цей|bu (e-?posta|mesaj|ileti|elektronik)|uyarı|yasal|このメール|本メール|この電子|本電子|本邮件|此邮件|此電子|本郵件|本电子|免责|免責|tento e-?mail|tato zpráva|obsah|detta (meddelande|e-?post|mail)|denne (e-?mail|meddelelse|e-?post|mail|melding)|tämä (viesti|sähköposti)|이 (메일|이메일|메시지)|본 (메일|이메일))/i;

/** A paragraph of legal small print. */
export function isDisclaimer(paragraph: string): boolean {
  const head = paragraph.slice(0, 1500);
  return head.length > (/[\u3040-\u9fff]/.test(head) ? 15 : 40) && DISCLAIMER_START.test(head) && DISCLAIMER.test(head);
}
