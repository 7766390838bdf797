/** Rooms are joined within two seconds on a quiet machine, and servers announce newcomers up to three seconds late. */
const joinLimitMs = 15_000;

/** Keeps what is to be played until it would be heard here, or for a limited time. */
export class PendingPlay<Request> {
  #request: Request | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param isHeard whether all of what is said now would be heard on this page
   * @param speak called once for each request, unless another takes its place or it is cancelled
   */
  constructor(
    private readonly isHeard: () => boolean,
    private readonly speak: (request: Request) => void,
  ) {}

  get isWaiting(): boolean {
    return this.#request !== undefined;
  }

  play(request: Request): void {
    this.cancel();
    this.#request = request;
    // Whoever is missing then is told of by the server.
    this.#timer = setTimeout(() => this.#speakNow(), joinLimitMs);
    this.check();
  }

  /** To be called when anything has changed. */
  check(): void {
    if (this.#request !== undefined && this.isHeard()) this.#speakNow();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#request = undefined;
  }

  #speakNow(): void {
    const request = this.#request;
    this.cancel();
    if (request !== undefined) this.speak(request);
  }
}
