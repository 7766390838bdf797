import { Emitter, type Event } from '@eloquence/plugin-api';
import type { ArmAccess, ArmId, HeardRequest, SessionFacts } from '../../protocol.js';
import type { ServerClock } from '../server/server-clock.js';
import type { Run } from '../state/run.js';
import { HeardReporter } from './heard-reporter.js';
import { PlayerListener } from './player-listener.js';
import { logError, type RoomListener } from './room-listener.js';
import { TrackListener } from './track-listener.js';

export interface ListeningOptions {
  readonly clock: ServerClock;
  readonly sendHeard: (request: HeardRequest) => void;
}

/** The page's ears: one listener for each arm, of which one is audible. */
export class Listening {
  readonly #listeners = new Map<ArmId, RoomListener>();
  readonly #reporters = new Map<ArmId, HeardReporter>();
  readonly #onDidChange = new Emitter<void>(logError);
  readonly #onDidHearWord = new Emitter<string>(logError);
  readonly onDidChange: Event<void> = this.#onDidChange.event;
  readonly onDidHearWord: Event<string> = this.#onDidHearWord.event;
  readonly #options: ListeningOptions;
  #context: AudioContext | undefined;
  #audible: ArmId = 'eloquence';

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  get listeners(): ReadonlyMap<ArmId, RoomListener> {
    return this.#listeners;
  }

  /** The one that is heard. */
  get audible(): ArmId {
    return this.#audible;
  }

  get isLocked(): boolean {
    return [...this.#listeners.values()].some(({ isLocked }) => isLocked);
  }

  get hasFailed(): boolean {
    return [...this.#listeners.values()].some(({ state }) => state.kind === 'failed');
  }

  /** Joins the rooms; those joined before are left. */
  async join({ arms }: Pick<SessionFacts, 'arms'>): Promise<void> {
    const gone = [...this.#listeners.keys()].filter((arm) => !arms.some((access) => access.arm === arm));
    await Promise.all([
      ...gone.map((arm) => this.#leaveArm(arm)),
      ...arms.map((access) => this.#joinArm(access)),
    ]);
  }

  /** Joins again the rooms that could not be joined, or were lost. */
  async joinFailed({ arms }: Pick<SessionFacts, 'arms'>): Promise<void> {
    const failed = arms.filter(({ arm }) => this.#listeners.get(arm)?.state.kind === 'failed');
    await Promise.all(failed.map((access) => this.#joinArm(access)));
  }

  setAudible(arm: ArmId): void {
    this.#audible = arm;
    this.#onDidChange.fire();
    for (const [id, listener] of this.#listeners) listener.setAudible(id === arm);
  }

  /** To be called while a gesture of the user is handled. */
  async unlock(): Promise<void> {
    const results = await Promise.allSettled([...this.#listeners.values()].map((each) => each.unlock()));
    for (const result of results) if (result.status === 'rejected') logError(result.reason);
    this.#onDidChange.fire();
  }

  beginUtterance(run: Run): void {
    for (const reporter of this.#reporters.values()) reporter.begin(run);
  }

  async #joinArm(access: ArmAccess): Promise<void> {
    await this.#leaveArm(access.arm);
    this.#context ??= new AudioContext({ latencyHint: 'interactive' });
    const listener = this.#makeListener(access, this.#context);
    this.#listeners.set(access.arm, listener);
    listener.setAudible(access.arm === this.#audible);
    await listener.join();
  }

  async #leaveArm(arm: ArmId): Promise<void> {
    this.#reporters.get(arm)?.cancel();
    this.#reporters.delete(arm);
    const listener = this.#listeners.get(arm);
    this.#listeners.delete(arm);
    await listener?.leave();
  }

  #makeListener(access: ArmAccess, context: AudioContext): RoomListener {
    let listener: RoomListener;
    if (access.listenWith === 'player') {
      const player = new PlayerListener(access);
      player.onDidHearWord((word) => this.#onDidHearWord.fire(word));
      listener = player;
    } else {
      const track = new TrackListener(access, context);
      this.#reporters.set(access.arm, new HeardReporter(track, this.#options.clock, this.#options.sendHeard));
      listener = track;
    }
    listener.onDidChange(() => this.#onDidChange.fire());
    return listener;
  }
}
