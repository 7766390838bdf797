import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSystemClock } from '@eloquence/plugin-api';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PluginFinding, createPluginHost } from '@eloquence/core';
import { diagnosePlugins } from './diagnose-plugins.js';
import { discoverPlugins } from '../discovery/discover-plugins.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'eloquence-doctor-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
}

/** A plugin package, pretty-printed so that its lines can be told apart. */
async function writePlugin(
  name: string,
  manifest: object,
  code: string,
  folder = `node_modules/${name}`,
): Promise<void> {
  const json = {
    name,
    version: '1.0.0',
    type: 'module',
    keywords: ['eloquence-plugin'],
    exports: { './plugin': './plugin.js' },
    engines: { eloquence: '^2.0.0' },
    contributes: {},
    ...manifest,
  };
  await write(`${folder}/package.json`, JSON.stringify(json, null, 2));
  await write(`${folder}/plugin.js`, code);
}

const codecCode = (body: string, import_ = ''): string => `${import_}
export default { $type: 'eloquence.plugin', ${body} };
function register({ codecs }, encode = (pcm) => new Uint8Array(pcm.length)) {
  codecs.register('x', {
    frameDurationsMs: [20], sampleRatesHz: [24000],
    createEncoder: () => ({ encode, configure() {}, dispose() {} }),
    createDecoder: () => ({ decode: (payload) => new Int16Array(payload.length), dispose() {} }),
  });
}`;

async function application(dependencies: readonly string[]): Promise<void> {
  await write(
    'package.json',
    JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])) }),
  );
}

const clock = createSystemClock();
async function diagnose(options: { isTrial?: boolean } = {}): Promise<PluginFinding[]> {
  const { descriptors, problems } = await discoverPlugins({ directory: root });
  return diagnosePlugins({
    descriptors,
    problems,
    clock,
    activateLimitMs: 200,
    deactivateLimitMs: 200,
    ...options,
  });
}

/** Compiles the contracts once more, as an installation of their own. */
async function installSecondContracts(folder: string, version: string): Promise<void> {
  const source = path.resolve(import.meta.dirname, '../../../plugin-api/src');
  for (const name of await readdir(source, { recursive: true })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const text = await readFile(path.join(source, name), 'utf8');
    const options = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    };
    const code = ts.transpileModule(text, { compilerOptions: options }).outputText;
    await write(`${folder}/dist/${name.replace(/\.ts$/, '.js')}`, code);
  }
  const json = { name: '@eloquence/plugin-api', version, type: 'module', exports: './dist/index.js' };
  await write(`${folder}/package.json`, JSON.stringify(json));
}

describe('diagnosePlugins', () => {
  it('finds nothing wrong with a plugin that is right', async () => {
    await writePlugin(
      'good',
      { contributes: { codecs: [{ id: 'x' }] } },
      codecCode('activate: (context) => register(context)'),
    );
    await application(['good']);
    expect(await diagnose()).toEqual([]);
  });

  it('names each problem of a manifest with file, line and column', async () => {
    await writePlugin(
      'wrong',
      { contributes: { codecs: [{ id: 'Not An Id' }], codex: [] }, engines: { eloquence: 'latest-ish' } },
      '',
    );
    await application(['wrong']);
    const findings = await diagnose({ isTrial: false });
    const file = path.join(root, 'node_modules/wrong/package.json');
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(
      findings.map(({ severity, message, hint, file: where, line }) => [
        severity,
        message,
        hint,
        where,
        lines[line! - 1]!.trim(),
      ]),
    ).toEqual([
      [
        'error',
        'engines.eloquence must be a range of semantic versions, for example ^2.0.0.',
        expect.anything(),
        file,
        '"eloquence": "latest-ish"',
      ],
      [
        'error',
        'contributes.codecs[0].id must be lower-case words joined by "-".',
        expect.anything(),
        file,
        '"id": "Not An Id"',
      ],
      [
        'error',
        'contributes.codex is not a contribution point.',
        "Did you mean 'codecs'?",
        file,
        '"codex": []',
      ],
    ]);
  });

  it('finds versions that do not fit, missing and circular needs, and one id twice', async () => {
    await writePlugin('newer', { engines: { eloquence: '^99.0.0' } }, '');
    await writePlugin('lonely', { pluginDependencies: ['goodd'] }, '');
    await writePlugin('ring-a', { pluginDependencies: ['ring-b'] }, '');
    await writePlugin('ring-b', { pluginDependencies: ['ring-a'] }, '');
    await writePlugin('twin', { contributes: { codecs: [{ id: 'x' }] } }, '');
    await application(['good', 'newer', 'lonely', 'ring-a', 'ring-b', 'twin']);
    const findings = await diagnose({ isTrial: false });
    const texts = await Promise.all(
      findings.map(async ({ pluginId, code, file, line }) => [
        pluginId,
        code,
        (await readFile(file!, 'utf8')).split('\n')[line! - 1]!.trim(),
      ]),
    );
    expect(texts).toEqual([
      ['lonely', 'PLUGIN_FAILED', '"pluginDependencies": ['],
      ['newer', 'PLUGIN_INCOMPATIBLE', '"eloquence": "^99.0.0"'],
      ['ring-a', 'PLUGIN_CYCLE', '"pluginDependencies": ['],
      ['ring-b', 'PLUGIN_CYCLE', '"pluginDependencies": ['],
      ['twin', 'PLUGIN_DUPLICATE', '"contributes": {'],
    ]);
    expect(findings.find(({ pluginId }) => pluginId === 'ring-a')?.message).toContain(
      'ring-a → ring-b → ring-a',
    );
  });

  it('runs the plugins and says what each does wrong', async () => {
    const contributes = { contributes: { codecs: [{ id: 'x' }] } };
    const bad: Record<string, string> = {
      'throws-at-load': 'throw new Error("no import");',
      'throws-in-activate': codecCode('activate(context) { register(context); throw new Error("half"); }'),
      hangs: codecCode('activate: () => new Promise(() => {})'),
      undeclared: codecCode('activate(context) { register(context); context.codecs.register("other", {}); }'),
      forgetful: codecCode('activate() {}'),
      slow: codecCode(
        'activate: (context) => register(context, (pcm) => { for (const end = performance.now() + 20; performance.now() < end;); return new Uint8Array(pcm.length); })',
      ),
      empty: codecCode('activate: (context) => register(context, () => new Uint8Array(0))'),
      huge: codecCode('activate: (context) => register(context, () => new Uint8Array(5000))'),
      mutating: codecCode(
        'activate: (context) => register(context, (pcm) => { pcm.fill(7); return new Uint8Array(pcm.length); })',
      ),
      sharing: codecCode(
        'activate: (context) => register(context, (pcm) => { shared[0]++; return shared; })',
        'const shared = new Uint8Array(480);',
      ),
      leaking: codecCode('activate(context) { register(context); setInterval(() => {}, 60_000); }'),
      endless: codecCode('activate: (context) => register(context), deactivate: () => new Promise(() => {})'),
    };
    const texts: Record<string, RegExp> = {
      'throws-at-load': /no import/,
      'throws-in-activate': /half/,
      hangs: /activate\(\) was not done after 200 ms/,
      undeclared: /codec 'other', which its manifest does not announce/,
      forgetful: /announces codecs\/x and did not register it/,
      slow: /took [0-9.]+ ms, more than 10 ms/,
      empty: /payloads that cannot be sent \(0 bytes/,
      huge: /payloads that cannot be sent \(5000 bytes/,
      mutating: /changes the samples/,
      sharing: /overwrites payloads/,
      leaking: /left 1 Timeout behind/,
      endless: /deactivate\(\) was not done after 200 ms/,
    };
    for (const [name, code] of Object.entries(bad)) {
      await writePlugin(name, contributes, code);
      await application([name]);
      const findings = await diagnose();
      const messages = findings.map(({ message }) => message);
      expect(
        findings.map(({ pluginId }) => pluginId),
        messages.join(),
      ).toEqual(findings.map(() => name));
      expect(
        messages.some((message) => texts[name]!.test(message)),
        `${name}: ${messages.join(' | ')}`,
      ).toBe(true);
    }
  });

  it('tells of a second copy of the contracts, with which a plugin works all the same', async () => {
    const folder = 'node_modules/own-copy';
    await installSecondContracts(`${folder}/node_modules/@eloquence/plugin-api`, '2.0.7');
    await writePlugin(
      'own-copy',
      { contributes: { codecs: [{ id: 'x' }] } },
      `import { definePlugin, Emitter, EloquenceError, createSystemClock } from '@eloquence/plugin-api';
       export const copy = { EloquenceError, emitter: new Emitter(), clock: createSystemClock() };
       ${codecCode('').replace(/export default[^;]*;/, '')}
       export default definePlugin({ activate(context) {
         copy.emitter.event(() => undefined);
         context.subscriptions.add(copy.emitter);
         register(context, () => { throw new EloquenceError('CODEC_FAILED', 'from the other copy'); });
       } });`,
    );
    await application(['own-copy']);
    const { descriptors } = await discoverPlugins({ directory: root });
    const host = createPluginHost({ descriptors, clock });
    const codec = await host.contributions.codecs.get('x');
    expect(host.plugins()[0]).toMatchObject({ state: 'active' });
    const encoder = codec.createEncoder({
      sampleRateHz: 24_000,
      frameMs: 20,
      bitrateBps: 24_000,
      complexity: 5,
    });
    const payload = host
      .guard('own-copy', 'encode')
      .run<unknown>(() => encoder.encode(new Int16Array(480)), 'fallback');
    expect(payload).toBe('fallback');
    expect(host.plugins()[0]?.lastFault?.message).toContain('from the other copy');
    const module = (await descriptors[0]!.load()) as unknown as {
      copy: { emitter: { listenerCount: number } };
    };
    expect(module.copy.emitter.listenerCount).toBe(1);
    await host.dispose();
    expect(module.copy.emitter.listenerCount).toBe(0);
    expect(await diagnose({ isTrial: false })).toMatchObject([
      { pluginId: 'own-copy', severity: 'note', message: expect.stringContaining('2.0.7') },
    ]);
  });
});
