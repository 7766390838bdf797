import type { ArmId } from './arms.js';

export type DemoLanguage = 'en' | 'fr';

/** `whole`: the text is there at once. `streamed`: it is typed like that of a language model. */
export type TextMode = 'whole' | 'streamed';

/** An utterance: the same text on several arms, started together. */
export interface UtteranceStart {
  readonly utterance: number;
  readonly text: string;
  readonly language: DemoLanguage;
  readonly mode: TextMode;
  readonly speed: number;
  readonly arms: readonly ArmId[];
  readonly startedAtMs: number;
}
