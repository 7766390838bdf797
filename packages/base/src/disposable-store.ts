import type { Disposable } from '@eloquence/plugin-api';

/**
 * Owns disposables and releases them last-in first-out. Every one is released even if another throws;
 * the errors come out together as one `AggregateError`. What is added after disposal is released at once.
 */
export class DisposableStore implements Disposable {
  #items: Disposable[] = [];
  #isDisposed = false;

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Number of disposables held at the moment. */
  get size(): number {
    return this.#items.length;
  }

  /** Takes ownership of `item` and returns it. */
  add<T extends Disposable>(item: T): T {
    if (this.#isDisposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /** Gives up ownership without releasing. */
  delete(item: Disposable): void {
    const at = this.#items.indexOf(item);
    if (at >= 0) this.#items.splice(at, 1);
  }

  /** Releases everything held, and stays usable. */
  clear(): void {
    const items = this.#items;
    this.#items = [];
    const errors: unknown[] = [];
    for (const item of items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the disposables threw`);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.clear();
  }
}
