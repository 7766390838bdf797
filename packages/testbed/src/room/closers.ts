/** What has to be closed again, last opened first. */
export class Closers {
  #items: Array<() => Promise<void> | void> = [];

  add(close: () => Promise<void> | void): void {
    this.#items.push(close);
  }

  /** Closes everything, whatever some of it throws; then throws the first error. */
  async close(): Promise<void> {
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
