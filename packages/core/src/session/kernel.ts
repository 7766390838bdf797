import { createSeededRandom } from '@eloquence/base';
import { Clock, RandomSource, createSystemClock, createToken } from '@eloquence/plugin-api';
import { ServiceContainer } from '../di/service-container.js';
import { createPluginHost } from '../plugins/default-plugin-host.js';
import type { PluginHost as PluginHostInterface, PluginHostOptions } from '../plugins/plugin-host.js';
import type { SessionSettings as SessionSettingsInterface } from './session-settings.js';
import { Session } from './session.js';

const PluginHost = createToken<PluginHostInterface>('core.pluginHost', 'root');
const SessionSettings = createToken<SessionSettingsInterface>('core.sessionSettings', 'session');
const SpeechSession = createToken<Session>('core.session', 'session');

export interface KernelOptions extends Omit<PluginHostOptions, 'clock'> {
  /** Real time if absent. */
  readonly clock?: Clock;
  /** Seed of everything random; taken from the clock if absent. */
  readonly seed?: number;
}

/** Plugins and the sessions that use them. An application has one; a session is made for each room. */
export interface Kernel {
  readonly host: PluginHostInterface;
  readonly clock: Clock;
  /** Open sessions. */
  readonly sessionCount: number;
  /** Makes a session; await its `open()`. Disposing it gives back everything that it holds. */
  createSession(settings: SessionSettingsInterface): Session;
  /** Ends the sessions, then the plugins. */
  dispose(): Promise<void>;
}

/** Composes the services of a process: time, randomness, plugins, sessions. Loads no plugin code yet. */
export function createKernel(options: KernelOptions): Kernel {
  const container = new ServiceContainer();
  let sessions = 0;
  const clock = options.clock ?? createSystemClock();
  container.registerValue(Clock, clock);
  container.registerValue(RandomSource, createSeededRandom(options.seed ?? Math.round(clock.nowMs() * 1000)));
  container.registerValue(PluginHost, createPluginHost({ ...options, clock }));
  container.registerFactory(
    SpeechSession,
    (resolve) =>
      new Session({
        sessionId: ++sessions,
        clock: resolve(Clock),
        random: resolve(RandomSource),
        host: resolve(PluginHost),
        settings: resolve(SessionSettings),
      }),
  );
  const host = container.resolve(PluginHost);
  return {
    host,
    clock,
    get sessionCount() {
      return container.sessionCount;
    },
    createSession(settings) {
      const services = container.createSession();
      services.registerValue(SessionSettings, settings);
      const session = services.resolve(SpeechSession);
      session.onDidDispose(() => services.dispose());
      return session;
    },
    async dispose() {
      container.dispose();
      await host.dispose();
    },
  };
}
