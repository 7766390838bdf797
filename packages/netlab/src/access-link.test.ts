import { describe, expect, it } from 'vitest';
import { directionConditions, linkFromParameters, parseLink, REFERENCE_LINKS } from './access-link.js';
import { downSeed, upSeed } from './link-model.js';

describe('parseLink', () => {
  it('knows the reference links by name', () => {
    expect(Object.keys(REFERENCE_LINKS)).toEqual(['none', 'A', 'B', 'C', 'D', 'E', 'F', 'S']);
    for (const name of Object.keys(REFERENCE_LINKS)) expect(parseLink(name).name).toBe(name);
    expect(parseLink('D')).toMatchObject({
      rateKbps: 48,
      rttMs: 400,
      lossPercent: 10,
      burstMs: 120,
      jitterMs: 30,
      queueMs: 1_500,
    });
    expect(parseLink(' S ')).toMatchObject({ rateKbps: 15_000, rttMs: 40, lossPercent: 0, queueMs: 200 });
  });

  it('reads JSON, and leaves the rest perfect', () => {
    const link = parseLink('{"rttMs":80,"lossPercent":1}');
    expect(link).toMatchObject({ name: 'custom', rttMs: 80, lossPercent: 1, rateKbps: 0, jitterMs: 0 });
    expect(linkFromParameters({})).toMatchObject({ rttMs: 0, rateKbps: 0 });
  });

  it('gives each direction half the round trip and everything else in full', () => {
    expect(directionConditions(parseLink('B'))).toEqual({
      delayMs: 40,
      jitterMs: 8,
      lossPercent: 1,
      burstMs: 40,
      rateKbps: 2_000,
      queueMs: 300,
      down: false,
    });
  });

  it.each([
    ['G', "'A'"],
    ['c', "'C'"],
    ['nune', "'none'"],
    ['', ''],
    ['toString', 'Did you mean'],
    ['{"rtMs":80}', "'rttMs'"],
    ['{"ratekbps":80}', "'rateKbps'"],
    ['{"__proto__":1}', 'Did you mean'],
    ['{"rttMs":-1}', 'from 0 to'],
    ['{"lossPercent":"1"}', 'from 0 to 100'],
    ['{"lossPercent":100.5}', 'from 0 to 100'],
    ['{"rttMs":1e999}', 'from 0 to'],
    ['{"rttMs":null}', 'from 0 to'],
    ['{rttMs:80}', 'Write it like'],
    ['[1]', 'Valid keys'],
  ])('refuses %s and says what to write', (text, hint) => {
    let error: unknown;
    try {
      parseLink(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      name: 'EloquenceError',
      code: 'LINK_INVALID',
      hint: expect.stringContaining(hint),
    });
  });
});

describe('seeds', () => {
  it('gives each direction of each link its own', () => {
    const seeds = Array.from({ length: 1_000 }, (_, seed) => [upSeed(seed), downSeed(seed)]).flat();
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
