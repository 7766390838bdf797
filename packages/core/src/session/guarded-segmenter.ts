import { hasSpeakableText } from '@eloquence/text';
import {
  EloquenceError,
  type SentenceSegmenter,
  type TextSegment,
  type TextSegmentation,
} from '@eloquence/plugin-api';
import type { Guard } from '../plugins/guard.js';
import type { CurrentReplacement } from './service-replacements.js';

/** A plugin may take this long for one call, ms. */
const segmentBudgetMs = 5;

/** Cuts texts with the segmenter of a plugin while there is one, and from any place on with the built-in one. */
export function guardedSegmenter(
  current: CurrentReplacement<SentenceSegmenter>,
  builtIn: SentenceSegmenter,
): SentenceSegmenter {
  return {
    begin(options) {
      const replacement = current();
      if (replacement === undefined) return builtIn.begin(options);
      const guard = replacement.guard('segment', { budgetMs: segmentBudgetMs });
      const segmentation = guard.run(() => replacement.service.begin(options), undefined);
      return segmentation === undefined
        ? builtIn.begin(options)
        : new GuardedSegmentation(segmentation, guard, () => builtIn.begin(options));
    },
  };
}

/** One text. Keeps what has not been given out yet, so that the built-in segmenter can go on from there. */
class GuardedSegmentation implements TextSegmentation {
  readonly #plugin: TextSegmentation;
  readonly #guard: Guard;
  readonly #createBuiltIn: () => TextSegmentation;
  /** In place of the plugin's, once that has failed. */
  #builtIn: TextSegmentation | undefined;
  /** Text that no segment covers yet, and where it begins in the whole. */
  #rest = '';
  #restIndex = 0;
  #count = 0;
  /** Where the built-in segmenter began, and how many segments there were by then. */
  #builtInIndex = 0;
  #builtInCount = 0;

  constructor(plugin: TextSegmentation, guard: Guard, createBuiltIn: () => TextSegmentation) {
    this.#plugin = plugin;
    this.#guard = guard;
    this.#createBuiltIn = createBuiltIn;
  }

  get canFlush(): boolean {
    if (this.#builtIn !== undefined) return this.#builtIn.canFlush;
    return this.#guard.run(() => this.#plugin.canFlush, false);
  }

  push(fragment: string): readonly TextSegment[] {
    if (this.#builtIn === undefined) this.#rest += fragment;
    return this.#step(
      () => this.#plugin.push(fragment),
      (builtIn) => builtIn.push(fragment),
      () => [],
    );
  }

  flush(): readonly TextSegment[] {
    const flush = (builtIn: TextSegmentation): readonly TextSegment[] => builtIn.flush();
    return this.#step(() => this.#plugin.flush(), flush, flush);
  }

  finish(): readonly TextSegment[] {
    const finish = (builtIn: TextSegmentation): readonly TextSegment[] => builtIn.finish();
    return this.#step(() => this.#plugin.finish(), finish, finish);
  }

  /** @param afterSwitch what is left of the call when the built-in segmenter has been given the rest of the text */
  #step(
    ask: () => readonly TextSegment[],
    askBuiltIn: (builtIn: TextSegmentation) => readonly TextSegment[],
    afterSwitch: (builtIn: TextSegmentation) => readonly TextSegment[],
  ): readonly TextSegment[] {
    if (this.#builtIn !== undefined) return this.#moved(askBuiltIn(this.#builtIn));
    const taken = this.#guard.run(() => this.#checked(ask()), undefined);
    if (taken !== undefined) return taken;
    const builtIn = (this.#builtIn = this.#createBuiltIn());
    this.#builtInIndex = this.#restIndex;
    this.#builtInCount = this.#count;
    const segments = [...builtIn.push(this.#rest), ...afterSwitch(builtIn)];
    this.#rest = '';
    return this.#moved(segments);
  }

  /** @throws EloquenceError `PLUGIN_FAILED` unless the segments are pieces of the text that follow one another */
  #checked(given: readonly TextSegment[]): readonly TextSegment[] {
    let [rest, restIndex, count] = [this.#rest, this.#restIndex, this.#count];
    const segments = given.map(({ text, startIndex, endsSentence }) => {
      const at = startIndex - restIndex;
      if (text === '' || at < 0 || !rest.startsWith(text, at) || rest.slice(0, at).trim() !== '')
        throw new EloquenceError(
          'PLUGIN_FAILED',
          'it gave a segment that is not the next piece of the text',
          {
            value: text,
          },
        );
      rest = rest.slice(at + text.length);
      restIndex = startIndex + text.length;
      return { index: count++, text, startIndex, endsSentence, isSpeakable: hasSpeakableText(text) };
    });
    [this.#rest, this.#restIndex, this.#count] = [rest, restIndex, count];
    return segments;
  }

  #moved(segments: readonly TextSegment[]): readonly TextSegment[] {
    return segments.map((segment) => ({
      ...segment,
      index: segment.index + this.#builtInCount,
      startIndex: segment.startIndex + this.#builtInIndex,
    }));
  }
}
