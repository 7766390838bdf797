import { type Clock, type Token, provide } from '@eloquence/plugin-api';
import { type KernelOptions, givenBySession, rootServices, sessionServices } from './composition-root.js';
import { replaceServices } from './di/check-services.js';
import { ServiceContainer } from './di/service-container.js';
import { kernelTokens } from './kernel-tokens.js';
import type { PluginHost } from './plugins/plugin-host.js';
import type { SessionSettings } from './session/session-settings.js';
import type { Session } from './session/session.js';

/** Plugins and the sessions that use them. An application has one; a session is made for each room. */
export interface Kernel {
  readonly host: PluginHost;
  readonly clock: Clock;
  /** Open sessions. */
  readonly sessionCount: number;
  /** Gives a service of the process. @throws EloquenceError `DISPOSED`; `INTERNAL` if there is no such root service */
  resolve<T>(token: Token<T>): T;
  /** Makes a session; await its `open()`. Disposing it gives back everything that it holds. */
  createSession(settings: SessionSettings): Session;
  /** Ends the sessions, then the plugins. */
  dispose(): Promise<void>;
}

/**
 * Composes the services of a process: time, randomness, plugins, sessions. Loads no plugin code yet.
 *
 * @throws EloquenceError `INTERNAL` if the services do not fit together, `CONFIGURATION_INVALID`
 */
export function createKernel(options: KernelOptions): Kernel {
  const defaults = [...rootServices(options), ...sessionServices()];
  const container = new ServiceContainer(replaceServices(defaults, options.services ?? []), givenBySession);
  const host = container.resolve(kernelTokens.pluginHost);
  let sessions = 0;
  return {
    host,
    clock: container.resolve(kernelTokens.clock),
    get sessionCount() {
      return container.sessionCount;
    },
    resolve: (token) => container.resolve(token),
    createSession(settings) {
      const sessionId = ++sessions;
      const scope = container.createSession([
        provide(kernelTokens.sessionId, { create: () => sessionId }),
        provide(kernelTokens.sessionSettings, { create: () => settings, isOwned: false }),
      ]);
      const session = scope.resolve(kernelTokens.session);
      session.onDidDispose(() => container.endSession(scope));
      return session;
    },
    async dispose() {
      try {
        container.dispose();
      } finally {
        await host.dispose();
      }
    },
  };
}
