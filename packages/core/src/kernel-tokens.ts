import { Clock, RandomSource, SentenceSegmenter, createToken } from '@eloquence/plugin-api';
import type { SessionBus } from './monitoring/session-bus.js';
import type { SessionMonitors } from './monitoring/session-monitors.js';
import type { PluginHost } from './plugins/plugin-host.js';
import type { PluginServices } from './plugins/plugin-services.js';
import type { SessionAdaptation } from './session/adaptation/session-adaptation.js';
import type { AudioPipelineFactory } from './session/audio-pipeline-factory.js';
import type { CreateFramer } from './session/audio-pipeline.js';
import type { CallLimits } from './session/session-settings.js';
import type { CreateFrameBatcher } from './session/frame-batcher.js';
import type { CreateFrameEncoder } from './session/frame-encoder.js';
import type { ServiceReplacements } from './session/service-replacements.js';
import type { SessionProfiles } from './session/session-profiles.js';
import type { SessionSettings } from './session/session-settings.js';
import type { SessionTextFilters } from './session/session-text-filters.js';
import type { SessionTransport } from './session/session-transport.js';
import type { SessionVoice } from './session/session-voice.js';
import type { Session } from './session/session.js';

/**
 * Every service by its name. How each is made stands in the composition root; an application that makes one
 * otherwise says so with `createKernel({ services: [provide(kernelTokens.…, …)] })`.
 */
export const kernelTokens = {
  // Of the process.
  clock: Clock,
  random: RandomSource,
  callLimits: createToken<CallLimits>('core.callLimits', 'root'),
  pluginHost: createToken<PluginHost>('core.pluginHost', 'root'),
  pluginServices: createToken<PluginServices>('core.pluginServices', 'root'),

  // Of a session; the first two differ from one to the next and are given.
  sessionId: createToken<number>('core.sessionId', 'session'),
  sessionSettings: createToken<SessionSettings>('core.sessionSettings', 'session'),
  sessionBus: createToken<SessionBus>('core.sessionBus', 'session'),
  monitors: createToken<SessionMonitors>('core.monitors', 'session'),
  replacements: createToken<ServiceReplacements>('core.replacements', 'session'),
  profiles: createToken<SessionProfiles>('core.profiles', 'session'),
  adaptation: createToken<SessionAdaptation>('core.adaptation', 'session'),
  sentenceSegmenter: SentenceSegmenter,
  textFilters: createToken<SessionTextFilters>('core.textFilters', 'session'),
  voice: createToken<SessionVoice>('core.voice', 'session'),
  createFramer: createToken<CreateFramer>('core.createFramer', 'session'),
  createEncoder: createToken<CreateFrameEncoder>('core.createEncoder', 'session'),
  createBatcher: createToken<CreateFrameBatcher>('core.createBatcher', 'session'),
  pipelines: createToken<AudioPipelineFactory>('core.pipelines', 'session'),
  transport: createToken<SessionTransport>('core.transport', 'session'),
  session: createToken<Session>('core.session', 'session'),
} as const;
