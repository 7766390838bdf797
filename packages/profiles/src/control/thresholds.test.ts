import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultThresholds, thresholdSchema, thresholdsOf } from './thresholds.js';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly contributes: Readonly<Record<string, unknown>>;
};

describe('thresholds', () => {
  it('are all in the schema of the manifest, with their defaults, a unit or a meaning', () => {
    expect(manifest.contributes['configuration']).toEqual(thresholdSchema());
  });

  it('are those of the configuration, and the defaults where that says nothing', () => {
    expect(thresholdsOf({ lossPoorPercent: 5 })).toEqual({ ...defaultThresholds, lossPoorPercent: 5 });
  });
});
