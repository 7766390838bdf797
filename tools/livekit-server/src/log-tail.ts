const MAX_LINE_LENGTH = 2000;

/** Keeps the last lines of a stream of text, and counts those that it let go. */
export class LogTail {
  readonly #capacity: number;
  readonly #lines: string[] = [];
  #partial = '';
  #dropped = 0;

  /** @param capacity Number of lines kept, at least 1. */
  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  /** Lines that no longer fit. */
  get dropped(): number {
    return this.#dropped;
  }

  push(text: string): void {
    const parts = (this.#partial + text).split('\n');
    this.#partial = (parts.pop() ?? '').slice(0, MAX_LINE_LENGTH);
    for (const part of parts) this.#add(part.trimEnd());
  }

  /** The kept lines, oldest first, with an unfinished last one. */
  lines(): readonly string[] {
    return this.#partial === '' ? [...this.#lines] : [...this.#lines, this.#partial];
  }

  #add(line: string): void {
    if (line === '') return;
    this.#lines.push(line.slice(0, MAX_LINE_LENGTH));
    if (this.#lines.length > this.#capacity) {
      this.#lines.shift();
      this.#dropped++;
    }
  }
}
