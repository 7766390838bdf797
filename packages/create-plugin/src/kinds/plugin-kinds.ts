import { batcherKind } from './batcher-kind.js';
import { codecKind } from './codec-kind.js';
import { forecasterKind } from './forecaster-kind.js';
import { monitorKind } from './monitor-kind.js';
import type { PluginKind } from './plugin-kind.js';
import { profileKind } from './profile-kind.js';
import { policyKind } from './policy-kind.js';
import { ruleKind } from './rule-kind.js';
import { serviceKind } from './service-kind.js';
import { textFilterKind } from './text-filter-kind.js';
import { transportKind } from './transport-kind.js';
import { ttsEngineKind } from './tts-engine-kind.js';

/** Every kind of plugin that can be generated, one for each contribution point. */
export const pluginKinds: readonly PluginKind[] = [
  ttsEngineKind,
  textFilterKind,
  codecKind,
  batcherKind,
  profileKind,
  transportKind,
  monitorKind,
  policyKind,
  ruleKind,
  forecasterKind,
  serviceKind,
];
