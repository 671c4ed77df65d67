import type { ChatLink } from '@hearten/contract';
import type { Tx } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { cut } from '../base/text.ts';
import { inWords, type Language, say } from '../base/words.ts';
import { dropPraise, type Offer, offerPraise } from '../praise/index.ts';
import type { Ask } from './tap.ts';

type Room = Pick<Hearten, 'seal'>;
/** Glad, and in words: they are asked whether others may read it, wherever they said so. */
export async function praiseIn(room: Room, tx: Tx, ask: Ask): Promise<Offer | null> {
  const words = ask.words.replaceAll('\u0000', '').trim();
  const happy = ask.value === null ? ask.compared === 'better' : ask.value >= 4 && ask.compared !== 'worse';
  if (!happy || words === '') {
    await dropPraise(tx, ask.id);
    return null;
  }
  return offerPraise(room, tx, {
    ...{ source: 'mood', sourceId: ask.id, conversationId: ask.conversation_id, customerId: ask.customer_id },
    ...{ brandId: ask.brand_id, language: ask.language, words: cut(words, 4000) },
  });
}

/** The same in a chat, whose frame stands at our own address: a link to the page that asks. */
export async function praiseLink(room: Room, tx: Tx, ask: Ask, language: Language): Promise<ChatLink | null> {
  const offer = await praiseIn(room, tx, ask);
  return offer && { word: inWords(say('May others read this?'), language), url: `/my-praise/${offer.token}` };
}
