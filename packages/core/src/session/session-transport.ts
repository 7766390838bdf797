import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  type Lane,
  type RandomSource,
  type Transport,
  toDisposable,
} from '@eloquence/plugin-api';
import type { Guard } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { CallLimits } from './session-settings.js';
import { isOutOfOrder, loadGuarded } from './load-guarded.js';
import type { SessionSettings } from './session-settings.js';

export interface SessionTransportOptions {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly settings: SessionSettings;
  readonly limits: CallLimits;
}

/** Opens the lane of a session, with the first transport that accepts its target. */
export class SessionTransport implements Disposable {
  readonly #options: SessionTransportOptions;
  readonly #owned = new DisposableStore();

  constructor(options: SessionTransportOptions) {
    this.#options = options;
  }

  /**
   * @throws EloquenceError `LANE_UNAVAILABLE` if no transport accepts the target, `PLUGIN_FAILED` or `PLUGIN_TIMEOUT`
   * if the one that does is broken; what the transport itself says, such as `NO_RECEIVER` or `CONNECTION_LOST`
   */
  async openLane(signal: AbortSignal | undefined): Promise<Lane> {
    const { host, limits } = this.#options;
    const { pluginId, transport } = await this.#create(signal);
    const guard = host.guard(pluginId, 'openLane', { limitMs: limits.openLaneLimitMs });
    const owned = this.#own(transport, guard);
    try {
      const lane = await guard.promise(async () => checkedLane(await transport.openLane()), {
        signal,
        // Nobody waits for this lane any more, and nobody else would end it.
        onLateResult: (late) => late.dispose(),
      });
      this.#own(lane, guard);
      return lane;
    } catch (error) {
      owned.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #create(
    signal: AbortSignal | undefined,
  ): Promise<{ readonly pluginId: string; readonly transport: Transport }> {
    const { host, clock, random, settings, limits } = this.#options;
    const { transports } = host.contributions;
    const { target, lane } = settings;
    const options = { clock, random, lane, ...(signal === undefined ? {} : { signal }) };
    let unloadable: unknown;
    let broken: EloquenceError | undefined;
    for (const id of transports.ids()) {
      const loaded = await loadGuarded(transports, id, host, { operation: 'accepts' }).catch(
        (error: unknown) => void (unloadable ??= error),
      );
      if (loaded === undefined) continue;
      const { contribution: factory, guard } = loaded;
      if (!guard.run(() => factory.accepts(target), false)) continue;
      const { pluginId } = guard;
      const creating = host.guard(pluginId, 'create', { limitMs: limits.createLimitMs });
      try {
        const transport = await creating.promise(() => checkedTransport(factory.create(target, options)), {
          signal,
          onLateResult: (late) => late.dispose(),
        });
        return { pluginId, transport };
      } catch (error) {
        if (!isOutOfOrder(error)) throw error;
        broken ??= error;
      }
    }
    if (broken !== undefined) throw broken;
    throw new EloquenceError('LANE_UNAVAILABLE', 'No installed transport can speak into this target.', {
      hint: `Pass a connected LiveKit Room, or install a transport plugin for it (installed: ${transports.ids().join(', ') || 'none'}).`,
      cause: unloadable,
    });
  }

  #own(item: Disposable, guard: Guard): Disposable {
    return this.#owned.add(toDisposable(() => guard.release(() => item.dispose())));
  }
}

function checkedTransport(transport: Transport): Transport {
  const { openLane, dispose } = (transport ?? {}) as Partial<Transport>;
  if (typeof openLane === 'function' && typeof dispose === 'function') return transport;
  throw new EloquenceError('PLUGIN_FAILED', 'create() gave no transport: it has openLane() and dispose().', {
    value: transport,
  });
}

function checkedLane(lane: Lane): Lane {
  const { openUtterance, onDidReport, dispose } = (lane ?? {}) as Partial<Lane>;
  const functions: readonly unknown[] = [openUtterance, onDidReport, dispose];
  if (functions.every((item) => typeof item === 'function')) return lane;
  throw new EloquenceError(
    'PLUGIN_FAILED',
    'openLane() gave no lane: it has openUtterance(), onDidReport() and dispose().',
    { value: lane },
  );
}
