/** Made by `launch/words/vite.mjs`: the words of one language, compiled. */
declare module 'virtual:words/*' {
  const messages: Record<string, never>;
  export default messages;
}
