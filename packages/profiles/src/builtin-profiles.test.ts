import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { PluginManifest } from '@eloquence/plugin-api';
import { describePlugin, describeProfile, profileSettings } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { builtinProfiles, defaultProfileId } from './builtin-profiles.js';
import plugin from './plugin.js';

const manifest = createRequire(import.meta.url)('../package.json') as PluginManifest;
const profiles = Object.entries(builtinProfiles);

describe('builtinProfiles', () => {
  it('are those that the manifest announces, in its order', () => {
    expect(profiles.map(([id]) => id)).toEqual(manifest.contributes.profiles?.map((entry) => entry.id));
    expect(profiles.map(([id]) => id)).toContain(defaultProfileId);
  });

  it('let an ordinary answer of 4.26 s leave at once', () => {
    for (const [, { settings }] of profiles) {
      expect(settings.maxBufferAheadMs).toBeGreaterThan(4260);
      expect(settings.window.initialPackets * settings.batch.maxMs).toBeGreaterThan(
        settings.batch.maxMs * 12,
      );
    }
  });

  it('have room in one packet for their longest batch', () => {
    for (const [, { settings }] of profiles) {
      const bytes = (settings.codec.bitrateBps / 8) * (settings.batch.maxMs / 1000);
      const lengths = settings.batch.maxMs / settings.codec.frameMs;
      expect(bytes + lengths).toBeLessThanOrEqual(1086);
    }
  });

  it('are what tests of other packages take for them', () => {
    for (const id of ['BALANCED_OPTIMAL', 'EMERGENCY_FALLBACK'] as const)
      expect(profileSettings(id)).toEqual(builtinProfiles[id].settings);
  });

  it('are what the README says they are', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/gu, ' ');
    for (const [id, { settings }] of profiles) {
      const { codec, batch, playout, maxBufferAheadMs, redundancy } = settings;
      const { redundantFirstPackets, redundancyDelaysMs } = redundancy;
      const copies =
        redundantFirstPackets === 0
          ? 'none'
          : `${redundantFirstPackets}, after ${redundancyDelaysMs.join(' and ')} ms`;
      expect(readme).toContain(
        `| \`${id}\` | ${codec.bitrateBps / 1000} kbit/s, ${codec.frameMs} ms | ${batch.firstMs} → ${batch.maxMs} ms ` +
          `| ${playout.initialBufferMs} / ${playout.rebufferMs} ms | ${maxBufferAheadMs / 1000} s | ${copies} |`,
      );
    }
  });
});

for (const [id, profile] of profiles) describeProfile({ describe, it }, { id, profile });
describePlugin({ describe, it }, { plugin, manifest });
