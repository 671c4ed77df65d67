/** Every language Hearten speaks besides English, whose words are the ids. */
export const languages = ['de', 'fr', 'es', 'pt-BR', 'ja', 'ar'];

/** Where words are said, and where their translations lie; `shown`: nothing there may be shown but through `t()`. */
export const places = [
  { sources: ['web/src', 'contract/src/reason-texts.ts'], catalogs: 'web/src/languages', kind: 'po', shown: true },
  { sources: ['server/src', 'contract/src'], catalogs: 'server/src/languages', kind: 'json', shown: false },
];
