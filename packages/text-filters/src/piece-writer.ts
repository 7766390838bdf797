import type { TextPiece } from '@eloquence/plugin-api';

/** Gathers the pieces of a filtered text; what is kept in a row becomes one piece. */
export class PieceWriter {
  #pieces: TextPiece[] = [];
  /** The last character that was written; empty before the first. */
  lastCharacter = '';

  /** Passes on a stretch of the text as it is. */
  keep(text: string, start: number): void {
    if (text === '') return;
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.end === start && last.text.length === last.end - last.start)
      this.#pieces[this.#pieces.length - 1] = {
        ...{ text: last.text + text, start: last.start },
        end: start + text.length,
      };
    else this.#pieces.push({ text, start, end: start + text.length });
    this.lastCharacter = text.slice(-1);
  }

  /** Says something in place of the stretch from `start` to `end`. */
  say(text: string, start: number, end = start): void {
    this.#pieces.push({ text, start, end });
    this.lastCharacter = text.slice(-1) || this.lastCharacter;
  }

  /** What was written since the last call. */
  take(): readonly TextPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}
