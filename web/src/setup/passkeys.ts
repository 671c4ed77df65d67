import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

type Json = Record<string, unknown>;
// Fetched when a passkey is first wanted: most visits need none.
const library = () => import('@simplewebauthn/browser');

/** Whether this browser can have passkeys at this address at all. */
export const canHavePasskeys = (): boolean => typeof PublicKeyCredential === 'function' && isSecureContext;

/** Whoever closes the browser's window, or lets it time out, has changed their mind: that is no trouble. */
const changedMind = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');

/** Asks for a passkey; null when the person would rather not. `quietly`: offered where the address is typed, without a window. */
export const askForPasskey = async (options: Json, quietly = false): Promise<Json | null> => {
  const { startAuthentication } = await library();
  try {
    const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
    return { ...(await startAuthentication({ optionsJSON, useBrowserAutofill: quietly })) };
  } catch (error) {
    if (changedMind(error)) return null;
    throw error;
  }
};
export const makePasskey = async (options: Json): Promise<Json | null> => {
  const { startRegistration } = await library();
  try {
    return {
      ...(await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON })),
    };
  } catch (error) {
    if (changedMind(error)) return null;
    throw error;
  }
};
/** Ends a question that waits quietly, before another one is asked. */
export const stopAsking = async (): Promise<void> => (await library()).WebAuthnAbortService.cancelCeremony();
/** Whether browsers offer passkeys where the address is typed. */
export const offersQuietly = async (): Promise<boolean> =>
  canHavePasskeys() && (await library()).browserSupportsWebAuthnAutofill();
