import { createRequire } from 'node:module';
import type { PluginManifest } from '@eloquence/plugin-api';
import { describePlugin, describeTtsEngine } from '@eloquence/plugin-contracts';
import { describe, it } from 'vitest';
import { createEspeakEngine } from './espeak-engine.js';
import plugin from './plugin.js';

const manifest = createRequire(import.meta.url)('../package.json') as PluginManifest;

describePlugin({ describe, it }, { plugin, manifest });
describeTtsEngine(
  { describe, it },
  { name: 'espeak', createFactory: () => ({ create: () => createEspeakEngine() }) },
);
