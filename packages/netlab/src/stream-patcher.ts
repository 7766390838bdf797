import { EloquenceError } from '@eloquence/plugin-api';

/** A run of bytes and what to put in its place. */
export interface BytePatch {
  readonly name: string;
  readonly find: Uint8Array;
  /** As long as `find`, so that the framing around it stays true. */
  readonly replace: Uint8Array;
  /** Matches ASCII letters in either case; `find` is lower case then. */
  readonly ignoreCase?: boolean;
}

interface CompiledPatch extends BytePatch {
  /** Index of the first byte that `replace` changes: a partial match must not be let go beyond it. */
  readonly firstChange: number;
}

const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * Replaces runs of bytes in a stream that comes in chunks of any size. A match may be split across chunks: the
 * stream is passed on at once, except the few bytes at the end of a chunk that would have to be changed if the
 * next chunk completes a match. The owner asks for those with `release()` when nothing has followed for a while.
 */
export class StreamPatcher {
  readonly #patches: readonly CompiledPatch[];
  readonly #counts: Record<string, number> = {};
  /** Tail of the stream that may be the beginning of a match, of which `#passed` bytes have left already. */
  #tail: Uint8Array = EMPTY;
  #passed = 0;

  constructor(patches: readonly BytePatch[]) {
    this.#patches = patches.map((patch) => {
      if (patch.find.length === 0 || patch.find.length !== patch.replace.length) {
        throw new EloquenceError(
          'INTERNAL',
          `The patch '${patch.name}' would change the length of the stream.`,
        );
      }
      this.#counts[patch.name] = 0;
      const firstChange = patch.find.findIndex((byte, index) => byte !== patch.replace[index]);
      return { ...patch, firstChange: firstChange < 0 ? patch.find.length : firstChange };
    });
  }

  /** Replacements made so far, by the name of the patch. */
  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** Bytes held back at the moment. */
  get heldBytes(): number {
    return this.#tail.length - this.#passed;
  }

  /** Takes the next chunk, which may be changed in place, and returns what can be passed on. */
  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    let data = chunk;
    if (this.#tail.length > 0) {
      data = new Uint8Array(this.#tail.length + chunk.length);
      data.set(this.#tail);
      data.set(chunk, this.#tail.length);
    }
    const passed = this.#passed;
    for (const patch of this.#patches) this.#apply(patch, data, passed);

    let tailLength = 0;
    let heldLength = 0;
    for (const patch of this.#patches) {
      const partial = partialMatch(data, patch);
      tailLength = Math.max(tailLength, partial);
      heldLength = Math.max(heldLength, partial - patch.firstChange);
    }
    this.#tail = tailLength === 0 ? EMPTY : data.slice(data.length - tailLength);
    // What has left before cannot be held any more: it lies in the shorter prefix of a longer match.
    const end = Math.max(passed, data.length - heldLength);
    this.#passed = tailLength - (data.length - end);
    return data.subarray(passed, end);
  }

  /** Gives up waiting for the rest of a match, and returns the bytes held back. */
  release(): Uint8Array {
    const held = this.#tail.slice(this.#passed);
    this.#tail = EMPTY;
    this.#passed = 0;
    return held;
  }

  #apply(patch: CompiledPatch, data: Uint8Array, passed: number): void {
    const last = data.length - patch.find.length;
    for (let at = 0; at <= last; at++) {
      if (!matches(data, at, patch, patch.find.length) || at + patch.firstChange < passed) continue;
      for (let index = patch.firstChange; index < patch.replace.length; index++) {
        // With either case allowed, only what the patch really changes is written.
        if (patch.find[index] !== patch.replace[index]) data[at + index] = patch.replace[index] as number;
      }
      this.#counts[patch.name] = (this.#counts[patch.name] ?? 0) + 1;
      at += patch.find.length - 1;
    }
  }
}

function matches(data: Uint8Array, at: number, patch: BytePatch, length: number): boolean {
  for (let index = 0; index < length; index++) {
    let byte = data[at + index] as number;
    if (patch.ignoreCase === true && byte >= 65 && byte <= 90) byte += 32;
    if (byte !== patch.find[index]) return false;
  }
  return true;
}

/** Length of the longest end of `data` that begins a match without completing it. */
function partialMatch(data: Uint8Array, patch: BytePatch): number {
  for (let length = Math.min(patch.find.length - 1, data.length); length > 0; length--) {
    if (matches(data, data.length - length, patch, length)) return length;
  }
  return 0;
}
