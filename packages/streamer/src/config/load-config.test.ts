import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPluginHost, manifestJsonSchema } from '@eloquence/core';
import { VirtualClock } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import { format } from 'prettier';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configJsonSchema } from './config-schema.js';
import { loadConfig } from './load-config.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'eloquence-config-'));
  await write('package.json', JSON.stringify({ dependencies: { '@acme/mulaw': '*', plain: '*' } }));
  await writePlugin('@acme/mulaw', { codecs: [{ id: 'mulaw' }], configuration: settingsSchema });
  await writePlugin('@acme/opus', { codecs: [{ id: 'opus' }] });
  await writePlugin('@acme/codecs', { codecs: [{ id: 'opus' }, { id: 'pcm' }], monitors: [{ id: 'log' }] });
  await write('node_modules/plain/package.json', JSON.stringify({ name: 'plain' }));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(root, { recursive: true, force: true });
});

const settingsSchema = {
  type: 'object',
  properties: { gain: { type: 'number', maximum: 1 }, filter: { type: 'object', properties: { cutHz: {} } } },
};

async function write(file: string, content: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
}

async function writePlugin(name: string, contributes: object): Promise<void> {
  const manifest = {
    name,
    version: '1.0.0',
    type: 'module',
    keywords: ['eloquence-plugin'],
    exports: { './plugin': './plugin.js' },
    engines: { eloquence: '^2.0.0' },
    contributes,
  };
  await write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  await write(`node_modules/${name}/plugin.js`, 'throw new Error("must not be loaded");');
}

const load = (): ReturnType<typeof loadConfig> => loadConfig({ directory: root });

async function failure(config: string, name = 'eloquence.config.json'): Promise<EloquenceError> {
  await write(name, config);
  const error: unknown = await load().then(
    () => new Error('It was accepted.'),
    (reason: unknown) => reason,
  );
  if (error instanceof EloquenceError) return error;
  throw error as Error;
}

const idsOf = ({ host }: Awaited<ReturnType<typeof loadConfig>>): string[] =>
  host.descriptors.map(({ manifest }) => manifest.name).sort();

describe('loadConfig', () => {
  it('finds the plugins of an application without a configuration', async () => {
    const loaded = await load();
    expect(idsOf(loaded)).toContain('@acme/mulaw');
    expect(idsOf(loaded)).not.toContain('@acme/opus');
    expect([
      loaded.file,
      loaded.origins.get('@acme/mulaw'),
      loaded.origins.get('@eloquence/profiles'),
    ]).toEqual([undefined, 'dependency', 'default']);
  });

  it('is at home in a folder that is not a package', async () => {
    await rm(path.join(root, 'package.json'));
    expect((await load()).options).toEqual({ plugins: [] });
  });

  it('adds, disables, replaces and sets up plugins, and gives the streamer its defaults', async () => {
    const config = {
      $schema: './node_modules/@eloquence/streamer/schemas/eloquence-config.schema.json',
      discover: false,
      plugins: ['@acme/mulaw'],
      disable: ['@eloquence/tts-espeak'],
      replace: { '@eloquence/compression': '@acme/codecs' },
      configuration: { '@acme/mulaw': { gain: 0.5 } },
      apiProposals: ['clock'],
      monitors: ['log'],
      streamer: { scenario: 'longform', sampleRateHz: 48000 },
    };
    await write('eloquence.config.json', JSON.stringify(config));
    const loaded = await load();
    expect(loaded.options).toMatchObject({
      scenario: 'longform',
      sampleRateHz: 48000,
      monitors: ['log'],
      disabled: ['@eloquence/tts-espeak', '@eloquence/compression'],
    });
    expect([loaded.origins.get('@acme/mulaw'), loaded.origins.get('@acme/codecs')]).toEqual([
      'configuration',
      'configuration',
    ]);
    const host = createPluginHost({ ...loaded.host, clock: new VirtualClock() });
    expect(host.contributions.codecs.owner('opus')).toBe('@acme/codecs');
    expect(host.configurationOf('@acme/mulaw')).toEqual({ gain: 0.5 });
    expect(host.contributions.ttsEngines.ids()).toEqual([]);
  });

  it('reads modules, whose plugins may be descriptors', async () => {
    await write(
      'eloquence.config.mjs',
      `const manifest = { name: 'inline', version: '1.0.0', engines: { eloquence: '^2.0.0' }, contributes: {} };
       export default { plugins: ['@acme/opus', { manifest, load: async () => ({}) }],
         overrides: { codecs: { opus: '@acme/opus' } } };`,
    );
    const loaded = await load();
    expect(idsOf(loaded)).toEqual(expect.arrayContaining(['inline', '@acme/opus', '@acme/mulaw']));
    const host = createPluginHost({ ...loaded.host, clock: new VirtualClock() });
    expect(host.contributions.codecs.owner('opus')).toBe('@acme/opus');
  });

  it.each([
    ['an unknown key', '{\n  "plugin": []\n}', ':2:3: plugin is not known here.', "Did you mean 'plugins'?"],
    [
      'an unknown key further in',
      '{\n "streamer": {\n  "voise": "en" } }',
      ':3:3: streamer.voise is not',
      "Did you mean 'voice'?",
    ],
    [
      'a wrong choice',
      '{ "streamer": { "scenario": "conversaton" } }',
      ':1:17: streamer.scenario must be one of',
      "Did you mean 'conversation'?",
    ],
    ['a wrong type', '{ "disable": "x" }', ':1:3: disable must be array', undefined],
    [
      'an unknown point',
      '{ "overrides": { "codec": {} } }',
      ':1:18: overrides.codec is not known here',
      "Did you mean 'codecs'?",
    ],
    [
      'a plugin to disable that is not there',
      '{\n"disable": [\n"@eloquence/tts-espeek"] }',
      ":3:1: disable[0] no plugin is called '@eloquence/tts-espeek'",
      "Did you mean '@eloquence/tts-espeak'?",
    ],
    [
      'settings for a plugin that is not there',
      '{"configuration": {\n "@acme/mulow": {} } }',
      ':2:2: configuration.@acme/mulow no plugin is called',
      "Did you mean '@acme/mulaw'?",
    ],
    [
      'an unknown setting',
      '{"configuration": { "@acme/mulaw": {\n  "gian": 1 } } }',
      ":2:3: configuration.@acme/mulaw.gian is wrong: 'gian' is not a setting of '@acme/mulaw'",
      "Did you mean 'gain'?",
    ],
    [
      'a wrong setting',
      '{"configuration": { "@acme/mulaw": {\n  "gain": 2 } } }',
      ':2:3: configuration.@acme/mulaw.gain is wrong',
      undefined,
    ],
    [
      'a setting of a setting',
      '{"configuration": { "@acme/mulaw": { "filter": {\n "cut": 1 } } } }',
      ':2:2: configuration.@acme/mulaw.filter.cut is wrong',
      "Did you mean 'cutHz'?",
    ],
    [
      'an override of what is not there',
      '{"overrides": { "codecs": {\n  "opus": "@acme/mulaw" } } }',
      ':2:3: overrides.codecs.opus is wrong',
      expect.any(String),
    ],
    [
      'a plugin that is not installed',
      '{\n "plugins": ["@acme/gone"] }',
      ":2:14: plugins[0] the plugin '@acme/gone' cannot be used",
      expect.any(String),
    ],
    [
      'a replacement that is not installed',
      '{"replace": {\n "@eloquence/compression": "@acme/gone" } }',
      ":2:2: replace.@eloquence/compression the plugin '@acme/gone' cannot be used",
      expect.any(String),
    ],
    [
      'a monitor that is not there',
      '{"monitors": ["lgo"], "plugins": ["@acme/codecs"], "overrides": { "codecs": { "opus": "@acme/codecs" } } }',
      ":1:15: monitors[0] is wrong: there is no monitor 'lgo'",
      "Did you mean 'log'?",
    ],
    [
      'a policy that nobody provides',
      '{"streamer": {\n "policy": "adaptve" } }',
      ":2:2: streamer.policy is wrong: there is no policy 'adaptve'",
      "Did you mean 'adaptive'?",
    ],
    [
      'a forecaster that nobody provides',
      '{"streamer": { "forecaster": "hotl" } }',
      ":1:16: streamer.forecaster is wrong: there is no forecaster 'hotl'",
      "Did you mean 'holt'?",
    ],
    [
      'a profile that nobody provides',
      '{"streamer": { "profile": "BALANCED" } }',
      ":1:16: streamer.profile is wrong: there is no profile 'BALANCED'",
      expect.stringContaining('BALANCED_OPTIMAL'),
    ],
    [
      'a voice whose plugin is disabled',
      '{"disable": ["@eloquence/tts-espeak"], "streamer": { "ttsEngine": "espeak" } }',
      ":1:54: streamer.ttsEngine is wrong: there is no ttsEngine 'espeak'",
      'There is none.',
    ],
    [
      'an unknown proposal',
      '{"apiProposals": ["clok"]}',
      ':1:19: apiProposals[0] must be one of clock',
      "Did you mean 'clock'?",
    ],
    ['text that is not JSON', '{\n  "disable": [],\n}', ':3:1: this is not JSON', expect.any(String)],
  ])('refuses %s with file and line', async (_what, config, message, hint) => {
    const error = await failure(config);
    expect(error.code).toBe('CONFIGURATION_INVALID');
    expect(error.message).toContain(`${path.join(root, 'eloquence.config.json')}${message}`);
    expect(error.hint).toEqual(hint);
  });

  it('finds the line in code as well', async () => {
    const error = await failure(
      `// streamer: not here\nexport default {\n  streamer: {\n    // the voice\n    voise: 'en',\n  },\n};`,
      'eloquence.config.mjs',
    );
    expect(error.message).toContain(`${path.join(root, 'eloquence.config.mjs')}:5:5: streamer.voise`);
  });

  it('refuses two files, and modules that throw or export nothing', async () => {
    expect((await failure('export const x = 1;', 'eloquence.config.mjs')).message).toContain(
      'no default export',
    );
    await write('eloquence.config.json', '{}');
    expect((await failure('{}')).message).toContain('more than one configuration');
    await rm(path.join(root, 'eloquence.config.json'));
    await write('other.mjs', 'throw new Error("boom")');
    await expect(loadConfig({ directory: root, file: 'other.mjs' })).rejects.toThrow(
      /cannot be loaded: boom/,
    );
    await expect(loadConfig({ directory: root, file: 'gone.json' })).rejects.toMatchObject({
      code: 'IO_FAILED',
    });
  });

  describe('in TypeScript', () => {
    const stubNode = (typescript: string | false | undefined): void => {
      vi.stubGlobal(
        'process',
        Object.create(process, { features: { value: { typescript } } }) as typeof process,
      );
    };

    // Undefined in Node 20, false where it was turned off.
    it.each([undefined, false] as const)(
      'is refused by a Node that says %s, with what to do',
      async (says) => {
        stubNode(says);
        const error = await failure('export default {} as object;', 'eloquence.config.ts');
        const file = path.join(root, 'eloquence.config.ts');
        expect(error).toMatchObject({
          code: 'CONFIGURATION_INVALID',
          message: `${file}: this Node (${process.version}) cannot load TypeScript.`,
          hint: 'Rename it to eloquence.config.mjs, or use Node 22.18 or newer.',
          value: file,
        });
      },
    );

    it('is loaded by a Node that strips types', async () => {
      stubNode('strip');
      await write(
        'eloquence.config.ts',
        `const streamer: object = { voice: 'fr' };\nexport default { streamer };`,
      );
      expect((await load()).options.voice).toBe('fr');
    });
  });

  it('names every mistake, not only the first', async () => {
    const { message } = await failure('{ "plugin": [], "disabel": [] }');
    expect(message).toMatch(/plugin is not known here.*disabel is not known here/);
  });
});

describe('the schemas for editors', () => {
  it.each([
    ['eloquence-config', configJsonSchema],
    ['plugin-manifest', manifestJsonSchema],
  ])('%s.schema.json is what the checks use (vitest -u writes it)', async (name, create) => {
    const text = await format(JSON.stringify(create()), { parser: 'json', printWidth: 110 });
    const file = path.resolve(import.meta.dirname, `../../schemas/${name}.schema.json`);
    await expect(text).toMatchFileSnapshot(file);
  });
});
