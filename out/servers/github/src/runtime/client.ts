/**
 * Who waits for an answer, and may hang up. Nearly every call ends without that, so this costs next to nothing; an
 * AbortSignal, which costs as much as the rest of a call's bookkeeping, is made for those who ask for one.
 */
export interface Client {
  readonly gone: () => boolean;
  /**
   * Calls back when the client hangs up, or at once where it has.
   * @returns takes the callback back; one that stays keeps alive all that it knows of
   */
  readonly onHangUp: (callback: () => void) => () => void;
  readonly hangUp: () => void;
  readonly signal: () => AbortSignal;
}

export function createClient(): Client {
  let gone = false;
  let callbacks: Set<() => void> | undefined;
  let controller: AbortController | undefined;
  const client: Client = {
    gone: () => gone,
    onHangUp(callback) {
      if (gone) callback();
      else callbacks ??= new Set();
      callbacks?.add(callback);
      return () => callbacks?.delete(callback);
    },
    hangUp() {
      if (gone) return;
      gone = true;
      for (const callback of callbacks ?? []) callback();
    },
    signal() {
      if (controller === undefined) {
        const made = new AbortController();
        controller = made;
        client.onHangUp(() => made.abort());
      }
      return controller.signal;
    },
  };
  return client;
}

/** The client behind a signal of the SDK. */
export function clientOf(signal: AbortSignal): Client {
  const client = createClient();
  if (signal.aborted) client.hangUp();
  else signal.addEventListener('abort', client.hangUp, { once: true });
  return client;
}
