import type { ArmFigures, ArmId, DemoEvent, DemoEventTypes, SpeakRequest } from '../../protocol.js';

const tickMs = 100;
/** When the first sound of each arm comes after the first PCM. */
const firstAudioMs: Readonly<Record<ArmId, number>> = { legacy: 231, track: 168, eloquence: 54 };
/** How much faster than real time each arm sends. */
const paces: Readonly<Record<ArmId, number>> = { legacy: 0.99, track: 1, eloquence: 4 };

type Told = {
  readonly [Kind in keyof DemoEventTypes]: { readonly kind: Kind } & DemoEventTypes[Kind];
}[keyof DemoEventTypes];

/** An utterance that nobody speaks, told as if it were. */
export class FakeSpeech {
  readonly #durationMs: number;
  readonly #ended = new Set<ArmId>();
  readonly #lateMs = { legacy: 0, track: 0, eloquence: 0 };
  #beganMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #decisions = 0;

  constructor(
    private readonly utterance: number,
    private readonly request: SpeakRequest,
    private readonly send: (event: DemoEvent) => void,
  ) {
    this.#durationMs = request.text.length * 62;
  }

  start(): void {
    const { utterance } = this;
    const { text, language, arms, mode } = this.request;
    const startedAtMs = performance.now();
    this.#tell({
      kind: 'speakStart',
      start: { utterance, text, language, mode, speed: 4, arms, startedAtMs },
    });
    if (mode === 'whole') this.#tell({ kind: 'textReady', utterance, length: text.length });
    this.#beganMs = startedAtMs + 90;
    setTimeout(() => {
      this.#beganMs = performance.now();
      this.#tell({ kind: 'firstPcm', utterance });
      for (const arm of arms) {
        const profile = arm === 'eloquence' ? 'BALANCED_OPTIMAL' : null;
        this.#tell({ kind: 'armStart', utterance, arm, profile, codec: null, batcher: null });
        setTimeout(() => {
          this.#tell({
            kind: 'firstAudio',
            utterance,
            arm,
            afterMs: firstAudioMs[arm],
            source: arm === 'eloquence' ? 'receiver' : 'page',
            errorMs: 2,
          });
        }, firstAudioMs[arm]);
      }
      this.#timer = setInterval(() => this.#tick(), tickMs);
    }, 90);
  }

  blackOut(durationMs: number): void {
    const { utterance } = this;
    this.#lateMs.legacy += durationMs;
    this.#lateMs.track += durationMs;
    this.#decide(
      'protection',
      'BALANCED_OPTIMAL',
      'No acknowledgement for 420 ms: repeats and copies turned on.',
    );
    setTimeout(
      () => this.#decide('profile', 'EMERGENCY_FALLBACK', 'Outage: 1.0 s without an acknowledgement.'),
      600,
    );
    setTimeout(
      () => this.#decide('profile', 'BALANCED_OPTIMAL', `Recovered; utterance ${utterance} goes on.`),
      durationMs + 1200,
    );
  }

  stop(): void {
    const elapsedMs = performance.now() - this.#beganMs;
    for (const arm of this.request.arms) {
      if (this.#ended.has(arm)) continue;
      const sentMs = this.#sentMs(arm, elapsedMs);
      const heardMs = Math.min(sentMs, Math.max(0, elapsedMs - firstAudioMs[arm]));
      const silenceAfterMs = arm === 'eloquence' ? 46 : 190;
      this.#tell({
        kind: 'stopped',
        utterance: this.utterance,
        arm,
        sentMs,
        heardMs,
        wastedMs: sentMs - heardMs,
        silenceAfterMs,
        source: 'receiver',
      });
      this.#end(arm, 'cancelled', elapsedMs);
    }
    this.cancel();
  }

  cancel(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const elapsedMs = performance.now() - this.#beganMs;
    const { utterance } = this;
    const voiceMs = this.#voiceMs(elapsedMs);
    const isLast = voiceMs >= this.#durationMs;
    if (elapsedMs - tickMs < this.#durationMs / 4 + 3 * tickMs || this.request.mode === 'streamed')
      this.#tell({ kind: 'voice', utterance, audioMs: voiceMs, isLast });
    if (this.request.mode === 'streamed') this.#type(elapsedMs);
    for (const arm of this.request.arms) if (!this.#ended.has(arm)) this.#tellArm(arm, elapsedMs);
    this.#tellConditions(elapsedMs);
    if (this.#ended.size === this.request.arms.length) this.cancel();
  }

  #type(elapsedMs: number): void {
    const { utterance } = this;
    const { length } = this.request.text;
    const typed = Math.min(length, Math.round(elapsedMs / 22));
    this.#tell({ kind: typed < length ? 'textTyped' : 'textReady', utterance, length: typed });
  }

  #tellArm(arm: ArmId, elapsedMs: number): void {
    const { utterance } = this;
    const sentMs = this.#sentMs(arm, elapsedMs);
    const bytes = Math.round(sentMs * (arm === 'eloquence' ? 3 : 4.6));
    this.#tell({ kind: 'packets', utterance, arm, frames: Math.round(sentMs / 20), bytes, audioMs: sentMs });
    this.#tell({
      kind: 'wire',
      utterance,
      arm,
      packets: Math.round(sentMs / 20),
      bytes: Math.round(bytes * 1.3),
      lostPackets: Math.round(sentMs / 2200),
    });
    const heardMs = Math.max(0, elapsedMs - firstAudioMs[arm] - this.#lateMs[arm]);
    if (arm === 'eloquence')
      this.#tell({
        kind: 'playout',
        utterance,
        arm,
        state: 'playing',
        bufferAheadMs: Math.max(0, sentMs - heardMs),
        stalls: 0,
        stalledMs: 0,
        lateFrames: 0,
      });
    if (heardMs >= this.#durationMs) this.#end(arm, 'complete', elapsedMs);
  }

  #tellConditions(elapsedMs: number): void {
    const wave = Math.sin(elapsedMs / 700);
    const p50 = 61 + 9 * wave;
    this.#tell({
      kind: 'conditions',
      conditions: {
        receiver: 'page',
        rttMs: 88 + 7 * wave,
        pdvP95Ms: 12,
        lossPercent: 1 + 0.6 * Math.sin(elapsedMs / 1300),
        rateBps: 96_000 + 22_000 * wave,
        capacityBps: null,
        bufferAheadMs: 1000,
        isOutage: false,
        forecast: {
          deliveryMs: { p5: p50 - 16, p50, p95: p50 + 34 },
          observedDeliveryMs: p50 + 10 * Math.sin(elapsedMs / 190),
          stallProbability: [0, 0, 0, 0, 0],
        },
      },
    });
  }

  #decide(what: 'profile' | 'protection', to: string, reason: string): void {
    this.#tell({
      kind: 'decision',
      decision: {
        id: ++this.#decisions,
        what,
        from: 'BALANCED_OPTIMAL',
        to,
        applied: true,
        rule: 'outage',
        reason,
        protection: what === 'protection' ? ['silence'] : [],
      },
    });
  }

  #end(arm: ArmId, outcome: 'complete' | 'cancelled', elapsedMs: number): void {
    this.#ended.add(arm);
    const figures: ArmFigures = {
      audioMs: this.#durationMs,
      timeToFirstAudioMs: firstAudioMs[arm],
      deliveryMs: elapsedMs,
      efficiencyPercent: null,
      overheadPerChunkMs: null,
      stalls: 0,
      stalledMs: 0,
      concealedMs: this.#lateMs[arm] + (arm === 'eloquence' ? 0 : 40),
      framesLost: 0,
      sentBytes: null,
      wireBytes: null,
    };
    this.#tell({ kind: 'end', utterance: this.utterance, arm, outcome, figures, metrics: null, error: null });
  }

  #voiceMs(elapsedMs: number): number {
    const isStreamed = this.request.mode === 'streamed';
    return Math.min(this.#durationMs, isStreamed ? elapsedMs * 2 : elapsedMs * 4);
  }

  #sentMs(arm: ArmId, elapsedMs: number): number {
    return Math.min(this.#voiceMs(elapsedMs), elapsedMs * paces[arm] + 20);
  }

  #tell(event: Told): void {
    this.send({ atMs: performance.now(), ...event });
  }
}
