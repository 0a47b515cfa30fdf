/**
 * Who waits for an answer, and may hang up. Nearly every call ends without that, so this costs next to nothing; an
 * AbortSignal, which costs as much as the rest of a call's bookkeeping, is made for those who ask for one.
 */
export class Client {
  /** Whether it has hung up. */
  gone = false;
  readonly #callbacks: (() => void)[] = [];
  #controller: AbortController | undefined;

  /** Calls back when the client hangs up, or at once where it has. What stays on keeps alive all that it knows of. */
  onHangUp(callback: () => void): void {
    if (this.gone) {
      callback();
      return;
    }
    this.#callbacks.push(callback);
  }

  /** Takes a callback back. */
  offHangUp(callback: () => void): void {
    const index = this.#callbacks.indexOf(callback);
    if (index >= 0) this.#callbacks.splice(index, 1);
  }

  hangUp(): void {
    if (this.gone) return;
    this.gone = true;
    // A copy: they take themselves back.
    for (const callback of [...this.#callbacks]) callback();
  }

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      const made = new AbortController();
      this.#controller = made;
      this.onHangUp(() => made.abort());
    }
    return this.#controller.signal;
  }
}

/** The client behind a signal of the SDK. */
export function clientOf(signal: AbortSignal): Client {
  const client = new Client();
  if (signal.aborted) client.hangUp();
  else signal.addEventListener('abort', () => client.hangUp(), { once: true });
  return client;
}
