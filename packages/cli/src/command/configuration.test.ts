import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTerminal } from '../terminal/terminal.js';
import { runEloquence } from './run-eloquence.js';

/** An engine that hums 100 ms for each character, and a second one. */
const config = `
const engine = (id) => ({
  create: () => ({
    sampleRateHz: 24000,
    listVoices: async () => [{ id: id + '-low', name: 'Low', language: 'en' }],
    async *synthesize(text, { voice }) {
      if (voice !== undefined && voice !== id + '-low') throw new Error('no voice ' + voice);
      yield { samples: new Int16Array(2400 * text.length).fill(5000), sampleRateHz: 24000 };
    },
    dispose() {},
  }),
});
const plugin = {
  manifest: {
    name: 'hum',
    version: '1.0.0',
    engines: { eloquence: '^2.0.0' },
    contributes: { ttsEngines: [{ id: 'hum' }, { id: 'buzz' }] },
  },
  load: async () => ({
    default: {
      $type: 'eloquence.plugin',
      activate({ ttsEngines, subscriptions }) {
        for (const id of ['hum', 'buzz']) subscriptions.add(ttsEngines.register(id, engine(id)));
      },
    },
  }),
};
export default {
  plugins: [plugin],
  configuration: { '@eloquence/text-filters': { pronunciations: { '*': { SQL: 'sequel' } } } },
  streamer: { ttsEngine: 'hum', voice: 'hum-low', profile: 'HIGH_THROUGHPUT', lane: 'data' },
};
`;

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'configured-'));
  await writeFile(path.join(directory, 'package.json'), '{ "name": "application" }');
  await writeFile(path.join(directory, 'eloquence.config.mjs'), config);
});
afterAll(() => rm(directory, { recursive: true }));

async function run(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const out = { write: (text: string) => (stdout += text) };
  const err = { write: (text: string) => (stderr += text) };
  const exitCode = await runEloquence(args, createTerminal(out, err, {}), { CI: '1' });
  return { exitCode, stdout, stderr };
}

async function voices(...args: string[]): Promise<unknown> {
  const { stdout } = await run('voices', '--json', '--directory', directory, ...args);
  return (JSON.parse(stdout) as { voices: { id: string }[] }).voices.map(({ id }) => id);
}

describe('the configuration of an application', () => {
  it('says which engine lists its voices, unless the command does', async () => {
    expect(await voices()).toEqual(['hum-low']);
    expect(await voices('--engine', 'buzz')).toEqual(['buzz-low']);
    expect(await voices('--engine', 'espeak', 'en-gb')).toContain('en-GB-scotland');
  });

  it('is followed by speak: engine, voice, profile, lane and pronunciations', async () => {
    const speak = (...args: string[]) =>
      run('speak', 'SQL', '--simulate', '--instant', '--cold', '--json', '--directory', directory, ...args);
    const { stdout, stderr } = await speak();
    expect(stderr).not.toContain('error');
    // Six characters of “sequel”, the millisecond that carries its word rounded away.
    const { audioMs, lane, profile } = JSON.parse(stdout) as Record<string, unknown>;
    expect([Math.round(Number(audioMs) / 20), lane, profile]).toEqual([30, 'data', 'HIGH_THROUGHPUT']);
    const other = JSON.parse((await speak('--profile', 'BALANCED_OPTIMAL')).stdout) as typeof config;
    expect(other).toMatchObject({ profile: 'BALANCED_OPTIMAL' });
    expect(await speak('--engine', 'hmm')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Did you mean 'hum'"),
    });
  }, 30_000);

  it('is told where it is wrong', async () => {
    const file = path.join(directory, 'wrong.json');
    await writeFile(file, '{ "streamer": { "ttsEngine": "espaek" } }');
    const { exitCode, stderr } = await run('voices', '--directory', directory, '--config', 'wrong.json');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error CONFIGURATION_INVALID: .*wrong\.json:1:.*espaek.*\nhint: .*'espeak'/);
  });
});

describe('eloquence token', () => {
  const key = { LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 'secret-of-at-least-thirty-two-bytes' };

  async function token(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ code: number; text: string }> {
    let text = '';
    const stream = { write: (part: string) => (text += part) };
    const code = await runEloquence(['token', ...args], createTerminal(stream, stream, {}), env);
    return { code, text };
  }

  it('makes a token for a room', async () => {
    const { code, text } = await token(
      key,
      '--room',
      'r',
      '--identity',
      'i',
      '--ttl',
      '10m',
      '--listen-only',
    );
    expect(code).toBe(0);
    const payload = JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString()) as Record<
      string,
      number
    >;
    expect(payload).toMatchObject({
      sub: 'i',
      video: { room: 'r', roomJoin: true, canPublish: false, canPublishData: true },
    });
    expect(payload['exp']! - payload['nbf']!).toBe(600);
  });

  it('says what is missing', async () => {
    expect(await token(key, '--room', 'r')).toMatchObject({
      code: 2,
      text: expect.stringContaining('--identity'),
    });
    expect(await token({}, '--room', 'r', '--identity', 'i')).toEqual({
      code: 1,
      text: expect.stringMatching(/CONFIGURATION_INVALID: LIVEKIT_API_KEY is not set/),
    });
  });
});

describe('eloquence listen', () => {
  it.each([
    [{}, 'LIVEKIT_URL is not set'],
    [{ LIVEKIT_URL: 'ws://127.0.0.1:1' }, 'There is no room to listen to'],
  ])('says what is missing in %j', async (env, expected) => {
    let text = '';
    const stream = { write: (part: string) => (text += part) };
    expect(await runEloquence(['listen'], createTerminal(stream, stream, {}), env)).toBeGreaterThan(0);
    expect(text).toContain(expected);
  });
});
