import { createSeededRandom } from '@eloquence/base';
import {
  type Clock,
  SentenceSegmenter,
  type ServiceProvider,
  createSystemClock,
  provide,
} from '@eloquence/plugin-api';
import { createSentenceSegmenter } from '@eloquence/text';
import { Framer } from '@eloquence/pcm';
import { RootScope, SessionScope } from './di/service-container.js';
import { kernelTokens as tokens } from './kernel-tokens.js';
import { SessionBus } from './monitoring/session-bus.js';
import { SessionMonitors } from './monitoring/session-monitors.js';
import { createPluginHost } from './plugins/default-plugin-host.js';
import type { PluginHostOptions } from './plugins/plugin-host.js';
import { PluginServices } from './plugins/plugin-services.js';
import { SessionAdaptation } from './session/adaptation/session-adaptation.js';
import { AudioPipelineFactory } from './session/audio-pipeline-factory.js';
import { type CallLimits, callLimitsOf } from './session/session-settings.js';
import { FrameBatcher } from './session/frame-batcher.js';
import { FrameEncoder } from './session/frame-encoder.js';
import { guardedSegmenter } from './session/guarded-segmenter.js';
import { ServiceReplacements } from './session/service-replacements.js';
import { SessionProfiles } from './session/session-profiles.js';
import { SessionTextFilters } from './session/session-text-filters.js';
import { SessionTransport } from './session/session-transport.js';
import { SessionVoice } from './session/session-voice.js';
import { Session } from './session/session.js';

export interface KernelOptions extends Omit<PluginHostOptions, 'clock'>, Partial<CallLimits> {
  /** Real time if absent. */
  readonly clock?: Clock | undefined;
  /** Seed of everything random; taken from the clock if absent. */
  readonly seed?: number | undefined;
  /**
   * Services of the application's own: each takes the place of the built-in one, and of a plugin's, with the same
   * token. Services with new tokens can be needed by these.
   */
  readonly services?: readonly ServiceProvider[] | undefined;
}

const { clock, random, pluginHost: host, callLimits: limits } = tokens;
const { sessionId, sessionSettings: settings, sessionBus: bus } = tokens;

/** Session services that are given with each session, rather than made. */
export const givenBySession = [sessionId, settings] as const;

/** The services of the process: each is made once, when the kernel is. */
export function rootServices(options: KernelOptions): ServiceProvider[] {
  return [
    provide(clock, { create: () => options.clock ?? createSystemClock(), isOwned: false }),

    provide(random, {
      deps: { clock },
      create: (deps) => createSeededRandom(options.seed ?? Math.round(deps.clock.nowMs() * 1000)),
    }),

    provide(limits, { create: () => callLimitsOf(options) }),

    provide(host, { deps: { clock }, create: (deps) => createPluginHost({ ...options, ...deps }) }),

    provide(tokens.pluginServices, {
      deps: { host, scope: RootScope },
      create: (deps) => new PluginServices(deps.host, deps.scope),
    }),
  ];
}

/** The services of a session: each is made once in every session, when that is made. */
export function sessionServices(): ServiceProvider[] {
  return [
    provide(bus, {
      deps: { sessionId, clock },
      create: (deps) => new SessionBus(deps.sessionId, deps.clock),
    }),

    provide(tokens.monitors, {
      deps: { host, clock, bus, settings },
      create: (deps) => new SessionMonitors({ ...deps, ids: deps.settings.monitors }),
    }),

    provide(tokens.profiles, { deps: { host }, create: (deps) => new SessionProfiles(deps.host) }),

    provide(tokens.adaptation, {
      deps: { host, clock, random, settings, profiles: tokens.profiles },
      create: ({ profiles, ...deps }) =>
        new SessionAdaptation({
          ...deps,
          profiles,
          policyId: deps.settings.policy,
          forecasterId: deps.settings.forecaster,
        }),
    }),

    provide(tokens.replacements, {
      deps: { host, services: tokens.pluginServices, scope: SessionScope },
      create: (deps) => new ServiceReplacements(deps.host, deps.services, deps.scope),
    }),

    provide(tokens.sentenceSegmenter, {
      deps: { replacements: tokens.replacements },
      create: ({ replacements }) =>
        guardedSegmenter(replacements.allow(SentenceSegmenter), createSentenceSegmenter()),
    }),

    provide(tokens.textFilters, { deps: { host }, create: (deps) => new SessionTextFilters(deps.host) }),

    provide(tokens.voice, {
      deps: {
        host,
        clock,
        settings,
        limits,
        filters: tokens.textFilters,
        segmenter: tokens.sentenceSegmenter,
      },
      create: (deps) => new SessionVoice(deps),
    }),

    provide(tokens.createFramer, { create: () => (framing) => new Framer(framing) }),
    provide(tokens.createEncoder, { create: () => (encoding) => new FrameEncoder(encoding) }),
    provide(tokens.createBatcher, { create: () => (batching) => new FrameBatcher(batching) }),

    provide(tokens.pipelines, {
      deps: {
        host,
        clock,
        settings,
        createFramer: tokens.createFramer,
        createEncoder: tokens.createEncoder,
        createBatcher: tokens.createBatcher,
      },
      create: (deps) => new AudioPipelineFactory(deps),
    }),

    provide(tokens.transport, {
      deps: { host, clock, random, settings, limits },
      create: (deps) => new SessionTransport(deps),
    }),

    provide(tokens.session, {
      deps: {
        host,
        clock,
        settings,
        bus,
        monitors: tokens.monitors,
        replacements: tokens.replacements,
        transport: tokens.transport,
        voice: tokens.voice,
        pipelines: tokens.pipelines,
        adaptation: tokens.adaptation,
      },
      create: (deps) => new Session(deps),
    }),
  ];
}
