/** The words mail programs put around quotes, in the languages their users write. Lower case throughout. */

const list = (s: string): string[] => s.split('|');

/** "wrote" and its kin, as they stand in "On … X wrote:". */
export const WROTE = list(
  'wrote|writes|has written|sent|schrieb|geschrieben|schreibt|hat geschrieben|a écrit|a ecrit|écrit|écrivait|escribió|escribio|ha escrito|escribiste|ha scritto|scritto|scrive|scrisse|escreveu|escreve|schreef|geschreven|napisał|napisała|napisal|napisał(a)|pisze|napsal|napsala|napsal(a)|píše|napísal|napísala|написал|написала|написал(а)|написали|пишет|писал|пише|написав|написала|написав(-ла)|пише|yazdı|yazmış|şunu yazdı|şunları yazdı|skrev|skriver|følgende|kirjoitti|írta|írta a következőt|a scris|έγραψε|写道|寫道|写到|wrote|作成|さんは書きました|書きました|のメール|のメッセージ|님이 작성|작성|작성함|님이 쓴|썼습니다|đã viết|เขียน|כתב|כתבה|כתב/ה|كتب|menulis|napisao|je napisao|je napisala|написао|rašė|rakstīja|kirjutas|написа|ezt írta|je napisal|je napisala|je pisal|skrifaði|va escriure|escribiu|idatzi du|a écrit ce qui suit|het geskryf|shkroi|نوشت|ने लिखा|เขียนว่า|menulis berikut|telah menulis|schrieb folgendes|folgendes geschrieben',
);

/** Words a quote header begins with. A date or a weekday does as well. */
export const STARTERS = list(
  'on|at|am|um|den|le|el|il|in|em|no|op|w|dnia|dne|dňa|в|у|на|på|kl|pada|vào|la data|στις|ב|בתאריך|في|il giorno|a|em|date|в письме от|von|from|在|于|於|tarihinde|ons|tor|tors|fre|lör|lor|sön|son|man|tir|tirs|lør|søn|ma|ti|ke|to|pe|la|su|lun|lun.|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|qua|qui|sex|seg|ter|pon|wt|śr|czw|pt|sob|niedz|ndz|пн|вт|ср|чт|пт|сб|вс|нд|po|út|st|čt|pá|so|ne|pzt|sal|çar|per|cum|cmt|paz|mo|mo.|di|di.|mi|mi.|do|do.|fr|fr.|sa|sa.|so.|mon|tue|wed|thu|fri|sat|sun|za|zo|wo|vr|lu|me|je|ve|gi|gio|h|hé|sze|csüt|mån|tis|po.|ti.',
);

/** Field labels of the header block Outlook and others put above a quote. */
const FROM = list(
  'from|von|de|da|van|od|от|від|від кого|kimden|gönderen|från|fra|lähettäjä|feladó|差出人|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|보내는사람|発信者|expéditeur|remitente|mittente|remetente|afzender|nadawca|отправитель|de la|από|מאת|من|dari|từ|expediteur|absender|از|odesílatel|avsändare|afsender|avsender',
);
const DATE = list(
  "date|sent|datum|gesendet|gesendet am|envoyé|envoye|envoyé le|envoyé :|date d’envoi|date d'envoi|enviado|enviado el|enviada|enviada em|enviado em|fecha|data|inviato|data invio|verzonden|verzonden op|wysłano|wyslano|data wysłania|отправлено|дата|дата и время|надіслано|tarih|gönderme tarihi|gönderilme|gönderildi|skickat|skickat den|sendt|dato|lähetetty|päivämäärä|päiväys|odesláno|odoslané|elküldve|dátum|küldve|送信日時|日時|送信|发送时间|发送日期|日期|时间|傳送時間|寄件日期|發送時間|寄件時間|보낸 날짜|날짜|보낸날짜|message du|message of|trimis|data trimiterii|ημερομηνία|στάλθηκε|נשלח|תאריך|تاريخ|التاريخ|تم الإرسال|dikirim|đã gửi",
);
const TO = list(
  'to|an|à|a|aan|do|кому|para|destinataire|destinatario|per|kime|alıcı|till|til|vastaanottaja|címzett|komu|宛先|收件人|收件者|받는 사람|받는사람|către|προς|אל|إلى|kepada|tới|empfänger|ontvanger|pour|до кого|til:|수신',
);
const CC = list(
  'cc|kopie|copie|copie à|copia|копия|копія|kopia|kopi|kopio|bilgi|másolat|抄送|副本|참조|bcc|c.c.|ccn|dw|kopię|c/c|blindkopie|cci|cco|bilgi (cc)',
);
const SUBJECT = list(
  'subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|тема|konu|ämne|emne|aihe|předmět|predmet|tárgy|件名|主题|主旨|主題|標題|제목|subiect|θέμα|נושא|موضوع|الموضوع|perihal|chủ đề|betr.|betr',
);
const REPLY_TO = list(
  'reply-to|reply to|antwort an|répondre à|responder a|rispondi a|responder para|antwoord aan|odpowiedz do|importance|wichtigkeit|priorität|priority|importancia|importanza|attachments|anlagen|anhänge|pièces jointes|organization|organisation|mailed-by|list-post|resent-from|message-id|in-reply-to|sensitivity|reply-to|reply‑to',
);

export type Label = 'from' | 'date' | 'to' | 'cc' | 'subject' | 'other';

export const LABELS: ReadonlyMap<string, Label> = new Map<string, Label>([
  ...REPLY_TO.map((w): [string, Label] => [w, 'other']),
  ...CC.map((w): [string, Label] => [w, 'cc']),
  ...TO.map((w): [string, Label] => [w, 'to']),
  ...DATE.map((w): [string, Label] => [w, 'date']),
  ...SUBJECT.map((w): [string, Label] => [w, 'subject']),
  ...FROM.map((w): [string, Label] => [w, 'from']),
]);

/** Between dashes: "-----Original Message-----". */
export const ORIGINAL = list(
  "original message|originalmessage|original e-mail|original email|original mail|original|reply message|original appointment|ursprüngliche nachricht|ursprüngliche mail|originalnachricht|original-nachricht|original nachricht|orginalnachricht|ursprüngl. nachricht|message d'origine|message d’origine|message original|courriel d'origine|courrier original|message initial|mail original|mensaje original|correo original|messaggio originale|messaggio original|messaggio iniziale|mensagem original|e-mail original|oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht|originele bericht|oryginalna wiadomość|oryginalna wiadomosc|wiadomość oryginalna|wiadomość pierwotna|исходное сообщение|исходное письмо|оригинальное сообщение|первоначальное сообщение|пересылаемое|оригінальне повідомлення|вихідне повідомлення|початкове повідомлення|orijinal ileti|orijinal mesaj|özgün ileti|orjinal mesaj|orjinal ileti|özgün mesaj|původní zpráva|původní e-mail|pôvodná správa|ursprungligt meddelande|originalmeddelande|ursprungligt mail|oprindelig meddelelse|oprindelig besked|original meddelelse|opprinnelig melding|opprinnelig meddelelse|originalmelding|alkuperäinen viesti|eredeti üzenet|元のメッセージ|元のメール|オリジナルメッセージ|original message|原始邮件|原邮件|原始郵件|原始信件|원본 메일|원본 메시지|원본메일|원본 메세지|mesaj original|mesajul original|αρχικό μήνυμα|ההודעה המקורית|הודעה מקורית|الرسالة الأصلية|pesan asli|thư gốc|izvorna poruka",
);

/** Between dashes or alone: a forward, kept whole. */
export const FORWARDED = list(
  'forwarded message|forwarded by|begin forwarded message|forwarded mail|forwarded email|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitet von|message transféré|message transmis|message réexpédié|début du message transféré|début du message réexpédié|transféré par|mensaje reenviado|inicio del mensaje reenviado|comienzo del mensaje reenviado|reenviado por|messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|doorgestuurd bericht|begin doorgestuurd bericht|doorgestuurd door|przekazana wiadomość|wiadomość przekazana|początek przekazywanej wiadomości|пересланное сообщение|пересылаемое сообщение|переслане повідомлення|переадресоване повідомлення|начало переадресованного сообщения|конец пересылаемого|початок переадресованого повідомлення|iletilen mesaj|iletilmiş mesaj|yönlendirilmiş ileti|iletilmiş ileti|iletilen ileti|başlangıç: iletilen mesaj|转发的邮件|轉寄郵件|转发邮件|已转发邮件|開始轉寄郵件|轉寄的郵件|下面是被转发的邮件|開始轉寄|转发的信息|転送されたメッセージ|転送メッセージ|転送されたメール|転送メール|přeposlaná zpráva|přeposílaná zpráva|začátek přeposílané zprávy|vidarebefordrat meddelande|vidarebefordrat mail|vidarebefordrat brev|videresendt meddelelse|videresendt besked|start på videresendt besked|videresendt melding|videresendt e-post|välitetty viesti|lähetetty edelleen|전달된 메시지|전달된 메일|továbbított üzenet|mesaj redirecționat',
);

/** "Please reply above this line" and the like: what follows is the mail that was answered. */
export const REPLY_ABOVE = list(
  'reply above this line|type your reply above|write above this line|please reply above|answer above this line|bitte antworten sie oberhalb|oberhalb dieser zeile|au-dessus de cette ligne|por encima de esta línea|sopra questa riga|sopra questa linea|acima desta linha|boven deze lijn|boven deze regel|powyżej tej linii|выше этой строки|вище цього рядка|bu satırın üstüne|この行より上|请在此行上方|nad tímto řádkem|ovanför denna rad|over denne linje|over denne linjen|tämän rivin yläpuolelle',
);

/** Subjects of forwards. The Turkish capital İ is no i to a pattern, and may come as an I with a dot of its own. */
export const FORWARD_SUBJECT =
  /^\s*(fwd?|fw|wg|tr|rv|[iİ]\u0307?|enc|res enc|doorst|vl|vs|pd|fs|vb|(ynt )?[iİ]\u0307?lt|転送|转发|轉寄|전달|přep|továbbítás|пересл|переслано|переадр)\s*[:：]/i;
