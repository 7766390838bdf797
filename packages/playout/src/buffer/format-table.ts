import type { StreamHeader } from '@eloquence/wire';

export type HeaderVerdict = 'new' | 'known' | 'conflict';

/**
 * The formats of one utterance by their index (0–15), and how it is to be played. The first header of an index
 * says how its frames are decoded; playout settings follow the header of the latest packet.
 */
export class FormatTable {
  readonly #headers: (StreamHeader | undefined)[] = [];
  #settings: StreamHeader | undefined;
  #settingsPosition = -1;

  /** The header with the playout settings in force. */
  get settings(): StreamHeader | undefined {
    return this.#settings;
  }

  get(formatIndex: number): StreamHeader | undefined {
    return this.#headers[formatIndex];
  }

  /** @param position full count of the packet that brought the header */
  learn(formatIndex: number, header: StreamHeader, position: number): HeaderVerdict {
    const known = this.#headers[formatIndex];
    if (known !== undefined && !isSameFormat(known, header)) return 'conflict';
    if (known === undefined) this.#headers[formatIndex] = header;
    if (position > this.#settingsPosition) {
      this.#settings = header;
      this.#settingsPosition = position;
    }
    return known === undefined ? 'new' : 'known';
  }
}

function isSameFormat(a: StreamHeader, b: StreamHeader): boolean {
  return a.codecId === b.codecId && a.sampleRateHz === b.sampleRateHz && a.frameMs === b.frameMs;
}
