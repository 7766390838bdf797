import type { ArmId, HeardRequest } from '../../protocol.js';
import type { Run } from '../state/run.js';
import type { ServerClock } from '../server/server-clock.js';
import { loudness } from './sound-watch.js';
import type { TrackCounters, TrackListener } from './track-listener.js';

const lookMs = 50;
/** Counters are read at every so many looks. */
const looksPerReading = 4;
const keptReadings = 12;
/** Quiet for so long after everything was sent, or after a stop, is the end; pauses of speech are shorter. */
const endQuietMs = 900;
const stopQuietMs = 250;
/** What lies between the decoder and the analyser in a browser: one quantum of the audio thread on either side. */
const graphErrorMs = 20;

interface Reading {
  readonly atMs: number;
  readonly counters: TrackCounters;
}

/** Tells the server what the page hears of a media arm: only the page can know. */
export class HeardReporter {
  readonly #arm: ArmId;
  #run: Run | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #looks = 0;
  /** Counters when sound began: what was missing before it is no gap. */
  #before: TrackCounters | undefined;
  #readings: Reading[] = [];

  constructor(
    private readonly listener: TrackListener,
    private readonly clock: ServerClock,
    private readonly send: (request: HeardRequest) => void,
  ) {
    this.#arm = listener.access.arm;
    listener.onDidHearSound(() => this.#tellFirst());
  }

  begin(run: Run): void {
    this.cancel();
    this.#run = run;
    this.#before = undefined;
    this.#readings = [];
    void this.#read(run);
    this.listener.startWatching();
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  cancel(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#run = undefined;
    this.listener.stopWatching();
  }

  #tellFirst(): void {
    const atMs = this.listener.watch?.firstLoudMs;
    if (this.#run === undefined || atMs === undefined) return;
    this.#before = this.#readings.at(-1)?.counters;
    this.#tell(this.#run, 'firstAudio', atMs);
  }

  async #read(run: Run): Promise<void> {
    const counters = await this.listener.readCounters();
    if (counters === undefined || run !== this.#run) return;
    this.#readings.push({ atMs: performance.now(), counters });
    if (this.#readings.length > keptReadings) this.#readings.shift();
    const arm = run.arms.get(this.#arm);
    const { concealedMs } = this.#countersUntil(this.listener.watch?.lastLoudMs ?? 0);
    if (arm !== undefined && concealedMs !== undefined) arm.concealedMs = concealedMs;
  }

  /** Since sound began, as counted when it was last there: the silence afterwards is no gap either. */
  #countersUntil(lastLoudMs: number): Partial<TrackCounters> {
    const before = this.#before;
    const after = this.#readings.findLast(({ atMs }) => atMs <= lastLoudMs + 2 * lookMs)?.counters;
    if (before === undefined || after === undefined) return {};
    return {
      concealedMs: Math.max(0, after.concealedMs - before.concealedMs),
      lostPackets: Math.max(0, after.lostPackets - before.lostPackets),
    };
  }

  #look(): void {
    const run = this.#run;
    const arm = run?.arms.get(this.#arm);
    const lastLoudMs = this.listener.watch?.lastLoudMs;
    if (run === undefined || arm === undefined) return;
    if (this.#looks++ % looksPerReading === 0) void this.#read(run);
    if (lastLoudMs === undefined) {
      if (arm.end !== undefined) this.cancel();
      return;
    }
    const quietMs = performance.now() - lastLoudMs;
    const isAllSent = run.isVoiceComplete && arm.sentAudioMs >= run.voiceMs - 25;
    const isSilent =
      (arm.stopped !== undefined && quietMs > stopQuietMs) || (isAllSent && quietMs > endQuietMs);
    if (!isSilent) return;
    const counters = this.#countersUntil(lastLoudMs);
    this.cancel();
    this.#tell(run, 'silence', lastLoudMs, counters);
  }

  #tell(run: Run, what: HeardRequest['what'], pageMs: number, counters: Partial<TrackCounters> = {}): void {
    const { errorMs } = this.clock;
    if (!Number.isFinite(errorMs)) return;
    this.send({
      arm: this.#arm,
      utterance: run.start.utterance,
      what,
      atMs: this.clock.toServerMs(pageMs),
      errorMs: errorMs + graphErrorMs,
      threshold: loudness,
      ...counters,
    });
  }
}
