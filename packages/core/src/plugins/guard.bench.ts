import { createSystemClock } from '@eloquence/plugin-api';
import { bench, describe } from 'vitest';
import { Guard } from './guard.js';
import { PluginHealth } from './plugin-quarantine.js';

/** Calls in one measured run: what is measured is a call, not the harness. */
const calls = 100_000;
const payload = new Uint8Array(60);
const encode = (pcm: Int16Array): Uint8Array => {
  payload[0] = pcm[0]!;
  return payload;
};
const pcm = new Int16Array(480);
const clock = createSystemClock();
const health = (): PluginHealth => new PluginHealth('bench');
const plain = new Guard(health(), clock, 'encode');
const timed = new Guard(health(), clock, 'encode', { budgetMs: 1e9 });
const trippedHealth = health();
trippedHealth.retire();
const tripped = new Guard(trippedHealth, clock, 'encode');

const measure = (name: string, call: () => Uint8Array): void => {
  bench(
    `${name}, ${calls} calls`,
    () => {
      let sum = 0;
      for (let at = 0; at < calls; at++) sum += call()[0]!;
      if (sum !== 0) throw new Error('the result was used');
    },
    { time: 500, warmupTime: 200 },
  );
};

describe('one call into a plugin', () => {
  measure('direct', () => encode(pcm));
  measure('guarded', () => plain.call(encode, pcm, encode));
  measure('guarded, with a time limit', () => timed.call(encode, pcm, encode));
  measure('quarantined: the fallback', () => tripped.call(encode, pcm, encode));
});
