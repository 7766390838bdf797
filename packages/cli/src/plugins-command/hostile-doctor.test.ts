import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PluginFinding } from '@eloquence/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExitCode } from '../command/run-program.js';
import { runEloquence } from '../command/run-eloquence.js';
import { createTerminal } from '../terminal/terminal.js';

/** An installed package: its code, fields of its manifest, and what the doctor must say of it. */
interface HostilePackage {
  readonly name: string;
  readonly code: string;
  readonly manifest?: object;
  readonly severity: PluginFinding['severity'];
  readonly symptom: RegExp;
  /** Other files of the package. */
  readonly files?: Readonly<Record<string, unknown>>;
}

const head =
  'const $type = "eloquence.plugin"; const wait = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };';
const pluginOf = (activate: string, more = ''): string =>
  `${head} export default { $type, ${activate}${more === '' ? '' : `, ${more}`} };`;

/** A plugin of one codec with its own name, whose `encode` is this code. */
const codecOf = (name: string, encode: string, more = ''): string =>
  pluginOf(
    `activate({ codecs }) {
       codecs.register('${name}', { frameDurationsMs: [20], sampleRatesHz: [24000],
         createEncoder: () => ({ encode(pcm) { ${encode} }, configure() {}, dispose() {} }),
         createDecoder: () => ({ decode: (payload) => new Int16Array(480), dispose() {} }) });
     }`,
    more,
  );
const toBytes = 'Uint8Array.from(pcm, (sample) => sample >> 8)';

const packages: readonly HostilePackage[] = [
  {
    name: 'throws-at-load',
    code: 'throw new Error("cannot be imported");',
    severity: 'error',
    symptom: /cannot be imported/,
  },
  {
    name: 'throws-half-way',
    code: pluginOf(
      `activate({ codecs }) { codecs.register('throws-half-way', { frameDurationsMs: [20], sampleRatesHz: [24000],
         createEncoder() {}, createDecoder() {} }); throw new Error('half-way'); }`,
    ),
    severity: 'error',
    symptom: /half-way/,
  },
  {
    name: 'hangs',
    code: pluginOf('activate: () => new Promise(() => {})'),
    severity: 'error',
    symptom: /activate\(\) was not done after 2000 ms/,
  },
  {
    name: 'slow',
    code: codecOf('slow', `wait(20); return ${toBytes};`),
    severity: 'error',
    symptom: /'encode' of plugin 'slow' took .* more than 10 ms/,
  },
  {
    name: 'wrong-sizes',
    code: codecOf('wrong-sizes', 'return new Uint8Array(5000);'),
    severity: 'warning',
    symptom: /payloads that cannot be sent \(5000 bytes/,
  },
  {
    name: 'undeclared',
    code: pluginOf(`activate({ codecs }) { codecs.register('another', {}); }`),
    severity: 'error',
    symptom: /registered the codec 'another', which its manifest does not announce/,
  },
  {
    name: 'ring-a',
    code: '',
    manifest: { contributes: {}, pluginDependencies: ['ring-b'] },
    severity: 'error',
    symptom: /ring-a → ring-b → ring-a/,
  },
  {
    name: 'ring-b',
    code: '',
    manifest: { contributes: {}, pluginDependencies: ['ring-a'] },
    severity: 'error',
    symptom: /ring-b → ring-a → ring-b/,
  },
  {
    name: 'from-the-future',
    code: 'throw new Error("must not be loaded");',
    manifest: { engines: { eloquence: '^7.0.0' } },
    severity: 'error',
    symptom: /needs the plugin API \^7\.0\.0/,
  },
  {
    name: 'mutates',
    code: codecOf('mutates', `const payload = ${toBytes}; pcm.fill(1); return payload;`),
    severity: 'warning',
    symptom: /changes the samples it is given/,
  },
  {
    name: 'shares',
    code: `const shared = new Uint8Array(480); ${codecOf('shares', `shared.set(${toBytes}); return shared;`)}`,
    severity: 'warning',
    symptom: /overwrites payloads that it handed out before/,
  },
  {
    name: 'never-ends',
    code: codecOf('never-ends', `return ${toBytes};`, 'deactivate: () => new Promise(() => {})'),
    severity: 'warning',
    symptom: /deactivate\(\) was not done after 2000 ms/,
  },
  {
    name: 'second-copy',
    code: `import { definePlugin } from '@eloquence/plugin-api'; ${codecOf('second-copy', `return ${toBytes};`)} definePlugin;`,
    severity: 'note',
    symptom: /2\.0\.9/,
    files: {
      'node_modules/@eloquence/plugin-api/package.json': {
        name: '@eloquence/plugin-api',
        version: '2.0.9',
        type: 'module',
        exports: './index.js',
      },
      'node_modules/@eloquence/plugin-api/index.js': 'export const definePlugin = (plugin) => plugin;',
    },
  },
];

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'eloquence-hostile-'));
  const dependencies = Object.fromEntries(packages.map(({ name }) => [name, '*']));
  await write('package.json', { name: 'application', dependencies });
  for (const { name, code, manifest, files } of packages) {
    await write(`node_modules/${name}/package.json`, {
      name,
      version: '1.2.3',
      type: 'module',
      keywords: ['eloquence-plugin'],
      exports: { './plugin': './plugin.js' },
      engines: { eloquence: '^2.0.0' },
      contributes: { codecs: [{ id: name }] },
      ...manifest,
    });
    await write(`node_modules/${name}/plugin.js`, code);
    for (const [file, content] of Object.entries(files ?? {}))
      await write(`node_modules/${name}/${file}`, content);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: unknown): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

async function doctor(...args: string[]): Promise<{ code: ExitCode; out: string }> {
  let out = '';
  const terminal = createTerminal({ write: (text) => (out += text) }, { write: () => undefined }, {});
  const code = await runEloquence(['plugins', 'doctor', ...args, '--directory', root], terminal, {});
  return { code, out };
}

describe('eloquence plugins doctor, with a hostile set of packages installed', () => {
  it('names each culprit, its cause and its file, and nobody else', { timeout: 40_000 }, async () => {
    const { code, out } = await doctor('--json');
    expect(code).toBe(ExitCode.failed);
    const findings = JSON.parse(out) as PluginFinding[];
    for (const { name, severity, symptom } of packages) {
      const own = findings.filter(({ pluginId, message }) => pluginId === name && symptom.test(message));
      expect(
        own.map((finding) => finding.severity),
        `${name}:\n${JSON.stringify(findings, null, 1)}`,
      ).toContain(severity);
      for (const { file } of own) expect(file).toBe(path.join(root, 'node_modules', name, 'package.json'));
    }
    const culprits = findings.filter(({ severity }) => severity === 'error').map(({ pluginId }) => pluginId);
    expect(new Set(culprits)).toEqual(
      new Set(packages.filter(({ severity }) => severity === 'error').map(({ name }) => name)),
    );
  });
});
