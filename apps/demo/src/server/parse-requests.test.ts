import fc from 'fast-check';
import { isEloquenceError } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { maxTextLength, parseHeard, parseNetwork, parsePlugins, parseSpeak } from './parse-requests.js';

const speak = { text: 'Hello.', language: 'en', arms: ['eloquence', 'legacy'], mode: 'whole' };

describe('parseSpeak', () => {
  it('fills in the speed, and sorts the arms', () => {
    expect(parseSpeak(speak)).toEqual({ ...speak, arms: ['legacy', 'eloquence'], speed: 4 });
    expect(parseSpeak({ ...speak, speed: 1, arms: ['track', 'track'] })).toMatchObject({
      speed: 1,
      arms: ['track'],
    });
  });

  it.each<[object, string]>([
    [{ text: '' }, 'TEXT_EMPTY'],
    [{ text: ' … 🙂 ' }, 'TEXT_EMPTY'],
    [{ text: 'x'.repeat(maxTextLength + 1) }, 'TEXT_TOO_LONG'],
    [{ text: 7 }, 'OPTION_INVALID'],
    [{ language: 'de' }, 'OPTION_INVALID'],
    [{ arms: [] }, 'OPTION_INVALID'],
    [{ arms: ['nobody'] }, 'OPTION_INVALID'],
    [{ arms: 'legacy' }, 'OPTION_INVALID'],
    [{ mode: 'slow' }, 'OPTION_INVALID'],
    [{ speed: 0 }, 'OPTION_INVALID'],
    [{ speed: '4' }, 'OPTION_INVALID'],
    [{ colour: 'red' }, 'OPTION_INVALID'],
  ])('refuses %j', (change, code) => {
    expect(() => parseSpeak({ ...speak, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

describe('parseNetwork', () => {
  it('takes a preset, settings or a blackout', () => {
    expect(parseNetwork({ preset: 'B' })).toEqual({ preset: 'B' });
    expect(parseNetwork({ delayMs: 10, lossPercent: 0 })).toEqual({ delayMs: 10, lossPercent: 0 });
    expect(parseNetwork({ blackoutMs: 500 })).toEqual({ blackoutMs: 500 });
  });

  it.each([
    {},
    { preset: 'Z' },
    { preset: 'A', delayMs: 1 },
    { blackoutMs: 1e9 },
    { lossPercent: 51 },
    { delayMs: -1 },
    { delay: 1 },
  ])('refuses %j', (body) => {
    expect(() => parseNetwork(body)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});

describe('parsePlugins', () => {
  it('takes each action with its own fields', () => {
    for (const body of [
      { action: 'disable', pluginId: '@a/b' },
      { action: 'choose', name: 'codec', value: 'pcm' },
      { action: 'break', name: 'codec-slow' },
    ])
      expect(parsePlugins(body)).toEqual(body);
  });

  it.each([
    {},
    { action: 'delete' },
    { action: 'enable' },
    { action: 'choose', name: 'voice', value: 'x' },
    { action: 'choose', name: 'codec', value: '' },
    { action: 'break', name: 'all' },
    { action: 'repair', name: 'codec-slow', force: true },
  ])('refuses %j', (body) => {
    expect(() => parsePlugins(body)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});

describe('every parser', () => {
  it('gives something or throws an EloquenceError, whatever comes', () => {
    for (const parse of [parseSpeak, parseNetwork, parsePlugins, parseHeard]) {
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue(), fc.object({ withBigInt: false })), (body) => {
          try {
            expect(parse(body)).toBeTypeOf('object');
          } catch (error) {
            if (!isEloquenceError(error)) throw error;
            expect(error.hint).toBeTruthy();
          }
        }),
        { numRuns: 200 },
      );
    }
  });
});
