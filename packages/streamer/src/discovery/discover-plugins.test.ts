import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { VirtualClock } from '@eloquence/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPluginHost } from '@eloquence/core';
import { rejectionOf } from '../testing/rejection.js';
import { discoverPlugins, resolveExport } from './discover-plugins.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'eloquence-discover-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: unknown): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content));
}

const manifest = (name: string, more: object = {}): object => ({
  name,
  version: '1.2.3',
  type: 'module',
  keywords: ['eloquence-plugin'],
  engines: { eloquence: '^2.0.0' },
  contributes: { codecs: [{ id: 'mulaw' }] },
  exports: { './plugin': { import: './plugin.js' } },
  ...more,
});

const code = `export default {
  $type: 'eloquence.plugin',
  activate({ codecs }) {
    codecs.register('mulaw', {
      frameDurationsMs: [20], sampleRatesHz: [8000], createEncoder() {}, createDecoder() {},
    });
  },
};`;

describe('discoverPlugins', () => {
  it('finds plugins among the dependencies, also in folders above, and imports them when needed', async () => {
    await write('app/package.json', {
      dependencies: { '@acme/mulaw': '*', plain: '*', gone: '*', broken: '*', codeless: '*' },
      optionalDependencies: { absent: '*' },
      devDependencies: { tool: '*' },
    });
    await write('node_modules/@acme/mulaw/package.json', manifest('@acme/mulaw'));
    await write('node_modules/@acme/mulaw/plugin.js', code);
    await write('app/node_modules/plain/package.json', { name: 'plain' });
    await write('app/node_modules/tool/package.json', manifest('tool'));
    await write('app/node_modules/broken/package.json', '{');
    await write(
      'app/node_modules/codeless/package.json',
      manifest('codeless', { exports: { '.': './index.js' } }),
    );
    const { descriptors, problems } = await discoverPlugins({ directory: path.join(root, 'app') });
    expect(descriptors.map((descriptor) => descriptor.manifest.name)).toEqual(['@acme/mulaw']);
    expect(
      problems.map((problem) => [problem.code, problem.message.match(/broken|codeless|gone/)?.[0]]),
    ).toEqual([
      ['IO_FAILED', 'broken'],
      ['PLUGIN_INVALID', 'codeless'],
      ['IO_FAILED', 'gone'],
    ]);
    const host = createPluginHost({ descriptors, clock: new VirtualClock() });
    expect((await host.contributions.codecs.get('mulaw')).sampleRatesHz).toEqual([8000]);
    await host.dispose();
  });

  it('leaves a wrong manifest to the registry', async () => {
    await write('package.json', { dependencies: { odd: '*' } });
    await write('node_modules/odd/package.json', manifest('odd', { contributes: { codecs: 'mulaw' } }));
    const { descriptors, problems } = await discoverPlugins({ directory: root });
    expect(problems).toEqual([]);
    const [info] = createPluginHost({ descriptors, clock: new VirtualClock() }).plugins();
    expect(info).toMatchObject({
      id: 'odd',
      version: '1.2.3',
      state: 'failed',
      cause: { code: 'PLUGIN_INVALID' },
    });
  });

  it('says that there is no application', async () => {
    expect((await rejectionOf(discoverPlugins({ directory: root }))).code).toBe('IO_FAILED');
  });
});

describe('resolveExport', () => {
  it.each<[unknown, string | undefined]>([
    [{ './plugin': './a.js' }, './a.js'],
    [{ './plugin': { types: './a.d.ts', default: './a.js' } }, './a.js'],
    [{ './plugin': { node: { require: './a.cjs', import: './a.js' }, default: './b.js' } }, './a.js'],
    [{ './plugin': { node: { require: './a.cjs' }, default: './b.js' } }, './b.js'],
    [{ './plugin': '../outside.js' }, undefined],
    [{ './plugin': './a/../../outside.js' }, undefined],
    [{ './plugin': '/etc/passwd' }, undefined],
    [{ './plugin': null }, undefined],
    [{ '.': './a.js' }, undefined],
    ['./a.js', undefined],
    [undefined, undefined],
  ])('of %j is %s', (exports, expected) => {
    expect(resolveExport(exports, './plugin')).toBe(expected);
  });

  it('takes the conditions it is given', () => {
    const exports = { './plugin': { '@eloquence/source': './a.ts', default: './a.js' } };
    expect(resolveExport(exports, './plugin', ['@eloquence/source', 'default'])).toBe('./a.ts');
  });
});
