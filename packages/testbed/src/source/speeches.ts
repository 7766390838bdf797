/** Something to say: a text for the voice, and how long it lasts for a simulation without a voice. */
export interface Speech {
  readonly text: string;
  /** Duration in the default voice, ms. */
  readonly simulatedMs: number;
}

/** As long as the sentence whose delivery the original report measured. */
export const sampleSpeech: Speech = {
  text: 'This sentence exists before you hear it, so all of it can be sent ahead of time.',
  simulatedMs: 4260,
};

/** Two sentences of about six seconds: the usual length of an agent's answer. */
export const answerSpeech: Speech = {
  text: 'The weather stays dry until the evening, then rain moves in from the west. Take an umbrella if you plan to walk home after six.',
  simulatedMs: 6275,
};

/** About a minute, as it is read aloud to somebody. */
export const minuteSpeech: Speech = {
  text: Array.from({ length: 10 }, () => answerSpeech.text).join(' '),
  simulatedMs: 62_750,
};
