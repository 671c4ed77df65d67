/** What people write in one language. `{product}` and the like are filled in; see text.ts. */
export type Language = {
  code: string;
  timeZone: string;
  /** Family name first, nothing between the sentences: Japanese. */
  joined?: true;
  first: string[];
  last: string[];
  /** Latin spelling for addresses, where names are in another script; same order as above. */
  latinFirst?: string[];
  latinLast?: string[];
  /** Beginnings and ends of place names, of which thousands are made. */
  place: [string[], string[]];
  products: string[];
  problems: string[];
  rooms: string[];
  colours: string[];
  subjects: string[];
  hello: string[];
  opening: string[];
  detail: string[];
  ask: string[];
  bye: string[];
  agentHello: string[];
  answer: string[];
  agentDetail: string[];
  agentBye: string[];
  again: string[];
  thanks: string[];
  note: string[];
  wrote: string;
};
