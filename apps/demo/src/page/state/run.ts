import type { ArmId, DemoEvent, DemoEventOf, UtteranceStart } from '../../protocol.js';

/** Samples that a row of a timeline keeps, at most; older ones are thinned out. */
const maxSamples = 1200;

/** How much there was at a moment; never shrinks. */
export interface Progress {
  readonly atMs: number;
  readonly amount: number;
}

/** Nothing was heard from one moment to another; `toMs` is `undefined` while it lasts. */
export interface StallSpan {
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

/** One arm in one utterance. Times are on the server's clock, ms. */
export class ArmRun {
  startedAtMs: number | undefined;
  profile: string | undefined;
  /** Speech handed to the network. */
  readonly sent: Progress[] = [];
  sentBytes = 0;
  sentAudioMs = 0;
  wireBytes: number | undefined;
  lostPackets: number | undefined;
  firstAudio: (DemoEventOf<'firstAudio'> & { readonly heardAtMs: number }) | undefined;
  playout: DemoEventOf<'playout'> | undefined;
  readonly stalls: StallSpan[] = [];
  stopped: DemoEventOf<'stopped'> | undefined;
  end: DemoEventOf<'end'> | undefined;
  /** Of a media arm, as this page's browser counts it. */
  concealedMs: number | undefined;

  constructor(readonly arm: ArmId) {}

  /** When the last of the speech went out, as far as it is known. */
  get lastSentAtMs(): number | undefined {
    return this.sent.at(-1)?.atMs;
  }

  get stalledMs(): number {
    return this.end?.figures.stalledMs ?? this.playout?.stalledMs ?? 0;
  }

  /** Time without true speech: stalls, and what the receiver made up. `undefined` where the arm cannot tell yet. */
  get gapMs(): number | undefined {
    const figures = this.end?.figures;
    if (figures !== undefined && (figures.stalledMs !== null || figures.concealedMs !== null))
      return (figures.stalledMs ?? 0) + (figures.concealedMs ?? 0);
    return this.playout?.stalledMs ?? this.concealedMs;
  }

  /**
   * Packets that the link dropped, and what became of them in the end: Eloquence sends them again; on a track, the
   * browser tells what was missing.
   */
  get loss(): { readonly kind: 'dropped' | 'repaired' | 'lost'; readonly count: number | undefined } {
    const { lostPackets: dropped, end } = this;
    if (end === undefined || end.outcome === 'failed') return { kind: 'dropped', count: dropped };
    const { framesLost } = end.figures;
    if (this.arm !== 'eloquence') return { kind: 'lost', count: framesLost ?? dropped };
    return framesLost === null || framesLost === 0
      ? { kind: 'repaired', count: dropped }
      : { kind: 'lost', count: framesLost };
  }

  /** When the last sample was heard; `undefined` while speaking. */
  get heardToMs(): number | undefined {
    if (this.end === undefined || this.firstAudio === undefined) return undefined;
    const { outcome, figures, atMs } = this.end;
    const naturalMs = this.firstAudio.heardAtMs + figures.audioMs + this.stalledMs;
    return outcome === 'complete' ? naturalMs : Math.min(naturalMs, atMs);
  }

  /** Speech sent and not heard yet, ms. */
  bufferAheadMs(nowMs: number): number | undefined {
    if (this.end !== undefined) return 0;
    if (this.playout !== undefined) {
      const { state, bufferAheadMs, atMs } = this.playout;
      return state === 'playing' ? Math.max(0, bufferAheadMs - Math.max(0, nowMs - atMs)) : bufferAheadMs;
    }
    if (this.firstAudio === undefined) return undefined;
    return Math.max(0, this.sentAudioMs - (nowMs - this.firstAudio.heardAtMs));
  }

  noteSent({ atMs, audioMs, bytes }: DemoEventOf<'packets'>): void {
    if (audioMs > this.sentAudioMs) push(this.sent, { atMs, amount: audioMs });
    this.sentAudioMs = Math.max(this.sentAudioMs, audioMs);
    this.sentBytes = Math.max(this.sentBytes, bytes);
  }

  notePlayout(event: DemoEventOf<'playout'>): void {
    const open = this.stalls.at(-1);
    const isOpen = open !== undefined && open.toMs === undefined;
    if (event.state === 'stalled' && !isOpen) push(this.stalls, { fromMs: event.atMs, toMs: undefined });
    else if (event.state !== 'stalled' && isOpen) this.#closeStall(event.atMs);
    this.playout = event;
  }

  finish(event: DemoEventOf<'end'>): void {
    this.#closeStall(event.atMs);
    this.end = event;
  }

  #closeStall(toMs: number): void {
    const open = this.stalls.at(-1);
    if (open !== undefined && open.toMs === undefined)
      this.stalls[this.stalls.length - 1] = { ...open, toMs };
  }
}

/** One utterance on all its arms. */
export class Run {
  readonly arms: ReadonlyMap<ArmId, ArmRun>;
  readonly typed: Progress[] = [];
  textReadyAtMs: number | undefined;
  firstPcmAtMs: number | undefined;
  readonly voice: Progress[] = [];
  isVoiceComplete = false;

  constructor(readonly start: UtteranceStart) {
    this.arms = new Map(start.arms.map((arm) => [arm, new ArmRun(arm)]));
  }

  get isOver(): boolean {
    return [...this.arms.values()].every(({ end }) => end !== undefined);
  }

  /** Speech that the voice has made so far. */
  get voiceMs(): number {
    return this.voice.at(-1)?.amount ?? 0;
  }

  /** What a language model has typed so far, while it types. */
  get typedText(): string | undefined {
    if (this.start.mode === 'whole' || this.textReadyAtMs !== undefined || this.isOver) return undefined;
    return this.start.text.slice(0, this.typed.at(-1)?.amount ?? 0);
  }

  /** The last moment of what is known or to be expected of the utterance. */
  lastMs(nowMs: number): number {
    let lastMs = this.isOver ? 0 : nowMs;
    for (const arm of this.arms.values()) {
      const began = arm.firstAudio?.heardAtMs;
      if (began !== undefined)
        lastMs = Math.max(lastMs, arm.heardToMs ?? began + this.voiceMs + arm.stalledMs);
      lastMs = Math.max(lastMs, arm.lastSentAtMs ?? 0);
    }
    return lastMs;
  }

  /** @returns whether the event belongs to this utterance */
  apply(event: DemoEvent): boolean {
    if (!('utterance' in event) || event.utterance !== this.start.utterance) return false;
    if ('arm' in event) this.#applyToArm(event);
    else if (event.kind === 'textTyped') push(this.typed, { atMs: event.atMs, amount: event.length });
    else if (event.kind === 'textReady') {
      push(this.typed, { atMs: event.atMs, amount: event.length });
      this.textReadyAtMs = event.atMs;
    } else if (event.kind === 'firstPcm') this.firstPcmAtMs = event.atMs;
    // News that was held back may come after the last.
    else if (event.kind === 'voice' && !this.isVoiceComplete) {
      push(this.voice, { atMs: event.atMs, amount: event.audioMs });
      this.isVoiceComplete = event.isLast;
    }
    return true;
  }

  #applyToArm(event: Extract<DemoEvent, { readonly arm: ArmId; readonly utterance: number }>): void {
    const run = this.arms.get(event.arm);
    if (run === undefined) return;
    switch (event.kind) {
      case 'armStart':
        run.startedAtMs = event.atMs;
        run.profile = event.profile ?? undefined;
        break;
      case 'packets':
        run.noteSent(event);
        break;
      case 'wire':
        run.wireBytes = event.bytes;
        run.lostPackets = event.lostPackets;
        break;
      case 'firstAudio':
        run.firstAudio = {
          ...event,
          heardAtMs: (this.firstPcmAtMs ?? event.atMs - event.afterMs) + event.afterMs,
        };
        break;
      case 'playout':
        run.notePlayout(event);
        break;
      case 'stopped':
        run.stopped = event;
        break;
      case 'end':
        run.finish(event);
    }
  }
}

function push<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length <= maxSamples) return;
  // Every second of the older half goes; the shape stays.
  const half = list.length >> 1;
  const kept = list.filter((_, index) => index >= half || index % 2 === 0);
  list.splice(0, list.length, ...kept);
}
