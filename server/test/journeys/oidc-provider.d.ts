/** It brings no types of its own; this is what the journey uses of it. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  const Provider: new (
    issuer: string,
    options: Record<string, unknown>,
  ) => {
    Client: { prototype: { redirectUriAllowed: (uri: string) => boolean } };
    callback: () => RequestListener;
  };
  export default Provider;
}
