import type { ForecasterFactory } from '../adaptation/forecaster.js';
import type { ControlPolicy } from '../adaptation/control.js';
import type { ControlRule } from '../adaptation/control-rule.js';
import type { ServiceProvider } from '../base/service.js';
import type { BatcherFactory } from '../batching/batcher.js';
import type { CodecFactory } from '../codec/codec.js';
import type { MonitorFactory } from '../monitoring/monitor.js';
import type { Profile } from '../profile/profile.js';
import type { TextFilter } from '../speech/text-filter.js';
import type { TtsEngineFactory } from '../speech/tts-engine.js';
import type { TransportFactory } from '../transport/transport.js';

/** What a plugin can contribute: the point's name, and what is registered there. */
export interface ContributionPoints {
  ttsEngines: TtsEngineFactory;
  textFilters: TextFilter;
  codecs: CodecFactory;
  batchers: BatcherFactory;
  profiles: Profile;
  policies: ControlPolicy;
  rules: ControlRule;
  forecasters: ForecasterFactory;
  transports: TransportFactory;
  monitors: MonitorFactory;
  /** A service with a token of the plugin's own, or one of the kernel's that plugins may replace; its id is the token's. */
  services: ServiceProvider;
}

/** Names that a manifest may give in `contributes`. */
export type ContributionPointName = keyof ContributionPoints;

/** All names of contribution points. */
export const contributionPointNames: readonly ContributionPointName[] = [
  'ttsEngines',
  'textFilters',
  'codecs',
  'batchers',
  'profiles',
  'policies',
  'rules',
  'forecasters',
  'transports',
  'monitors',
  'services',
];
