import { describe, expect, it } from 'vitest';
import { describeOptions, type OptionDefinitions, parseNumber, parseOptions } from './parse-options.js';
import { nearestName } from './nearest-name.js';

const definitions = {
  voice: { type: 'string', placeholder: 'voice', description: 'The voice' },
  lane: { type: 'string', description: 'The lane', multiple: true },
  json: { type: 'boolean', description: 'One object' },
} as const satisfies OptionDefinitions;

function codeAndHint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return `${code} ${message} ${hint ?? ''}`;
  }
  return 'no error';
}

describe('parseOptions', () => {
  it('reads values, repeated options, flags and the rest', () => {
    const options = parseOptions(
      ['--voice', 'fr', 'Bon', '--lane=data', '--lane', 'legacy', '--json', 'jour'],
      definitions,
    );
    expect(options.get('voice')).toBe('fr');
    expect(options.values.get('lane')).toEqual(['data', 'legacy']);
    expect(options.has('json')).toBe(true);
    expect(options.positionals).toEqual(['Bon', 'jour']);
  });

  it('takes everything after -- as text', () => {
    expect(parseOptions(['--', '--voice'], definitions).positionals).toEqual(['--voice']);
  });

  it('refuses an unknown option and names the nearest', () => {
    expect(codeAndHint(() => parseOptions(['--vioce', 'fr'], definitions))).toMatch(
      /OPTION_INVALID .*--vioce.*--voice/,
    );
    expect(codeAndHint(() => parseOptions(['-x'], definitions))).toMatch(/OPTION_INVALID .*-x/);
    expect(codeAndHint(() => parseOptions(['--__proto__', '1'], definitions))).toMatch(/OPTION_INVALID/);
  });

  it('refuses a missing value, a superfluous one and a second one', () => {
    expect(codeAndHint(() => parseOptions(['--voice'], definitions))).toMatch(
      /OPTION_INVALID --voice needs a value/,
    );
    expect(codeAndHint(() => parseOptions(['--voice', '--json'], definitions))).toMatch(
      /--voice needs a value/,
    );
    expect(parseOptions(['--voice', '-'], definitions).get('voice')).toBe('-');
    expect(parseOptions(['--voice=-x'], definitions).get('voice')).toBe('-x');
    expect(codeAndHint(() => parseOptions(['--json=1'], definitions))).toMatch(
      /OPTION_INVALID --json takes no value/,
    );
    expect(codeAndHint(() => parseOptions(['--voice', 'a', '--voice', 'b'], definitions))).toMatch(
      /given twice/,
    );
  });
});

describe('parseNumber', () => {
  it('takes numbers in range and refuses everything else', () => {
    expect(parseNumber('count', '20', { min: 1, max: 100, isInteger: true })).toBe(20);
    for (const text of ['', ' ', 'x', '0', '101', '1.5', 'NaN', 'Infinity', '5 ms']) {
      expect(codeAndHint(() => parseNumber('count', text, { min: 1, max: 100, isInteger: true }))).toMatch(
        /OPTION_INVALID --count .*from 1 to 100/,
      );
    }
  });
});

describe('nearestName', () => {
  it('forgives typing errors, case and endings', () => {
    const profiles = ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'HIGH_THROUGHPUT', 'EMERGENCY_FALLBACK'];
    expect(nearestName('BALANCD_OPTIMAL', profiles)).toBe('BALANCED_OPTIMAL');
    expect(nearestName('emergency', profiles)).toBe('EMERGENCY_FALLBACK');
    expect(nearestName('x', [])).toBeUndefined();
  });
});

describe('describeOptions', () => {
  it('aligns the descriptions', () => {
    const lines = describeOptions(definitions).split('\n');
    const starts = lines.map((line) => line.search(/The|One/));
    expect(new Set(starts).size).toBe(1);
    expect(lines[0]).toContain('--voice <voice>');
  });
});
