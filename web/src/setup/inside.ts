/** Only paths of our own: a link may not send anyone elsewhere after signing in. */
export const inside = (to: string | undefined): string =>
  to && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/';
