/** Owns what has to be closed asynchronously, and closes it last-in first-out. */
export class AsyncDisposableStack {
  #items: Array<() => Promise<void> | void> = [];

  /** Adds a function that closes something. */
  defer(close: () => Promise<void> | void): void {
    this.#items.push(close);
  }

  /** Closes everything, whatever some of it throws. @throws the first error, after everything was tried */
  async disposeAsync(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#items.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
