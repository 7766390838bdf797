/** Told what is going on, step by step. */
export interface Progress {
  /** Begins a step, and ends the one before it as done. */
  step(label: string): void;
  /** Replaces the label of the current step, for example to count. */
  update(label: string): void;
  /** Ends the current step. */
  done(): void;
  fail(): void;
}

/** No output at all. */
export const silentProgress: Progress = {
  step: () => undefined,
  update: () => undefined,
  done: () => undefined,
  fail: () => undefined,
};
