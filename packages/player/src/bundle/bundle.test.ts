import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

interface Bundler {
  bundlePlayer(options?: { withDecoder?: boolean }): Promise<Record<string, string>>;
}

// A script of the build, without types.
const bundler = new URL('../../build/bundle.mjs', import.meta.url).href;

describe('the bundle', () => {
  it('weighs no more than 60 kB without the decoder, and is one file without imports', async () => {
    const { bundlePlayer } = (await import(bundler)) as Bundler;
    const files = await bundlePlayer({ withDecoder: false });
    const player = files['eloquence-player.js']!;
    expect(gzipSync(player).length).toBeLessThan(60_000);
    const whole = (await bundlePlayer())['eloquence-player.js']!;
    expect(whole).not.toMatch(/^\s*import[\s{"']/m);
    expect(whole).toContain('attachPlayer');
    // Most of it is the decoder.
    expect(gzipSync(whole).length - gzipSync(player).length).toBeGreaterThan(40_000);
  }, 60_000);
});
