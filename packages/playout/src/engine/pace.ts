/** When blocks may leave for the sink, and how long it can sound without more. */
export interface Pace {
  /** Whether the sink is ahead of what is heard: then it is fed whenever something arrives. */
  readonly isAhead: boolean;
  /** False while playout must not start. */
  readonly isOpen: boolean;
  /** Time by which the schedule was moved because the process did not run, ms in total. */
  readonly slippedMs: number;
  /** From when on the next block will be heard. */
  nextDueMs(nowMs: number): number;
  /** Playout starts, or goes on after a stall. */
  start(nowMs: number): void;
  /** Call before a run of blocks. False if the sink fell silent since the last one: it has stalled unnoticed. */
  prepare(nowMs: number): boolean;
  /** One more block may be handed over. */
  isDue(nowMs: number): boolean;
  /** A block of this duration has been handed over. */
  advance(durationMs: number): void;
  /** When to look again, the sink being full. */
  wakeAtMs(nowMs: number): number;
  /** When the sink falls silent if it is given nothing more. */
  dryAtMs(nowMs: number): number;
  /** Audio handed over that has not left the sink's buffer, ms. */
  queuedMs(): number;
  /** From leaving the sink's buffer to being heard, ms. */
  latencyMs(): number;
  /** The end of an utterance has been handed over. */
  finishUtterance(): void;
}
