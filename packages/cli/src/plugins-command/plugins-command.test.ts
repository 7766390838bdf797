import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExitCode } from '../command/run-program.js';
import { runEloquence } from '../command/run-eloquence.js';
import { createTerminal } from '../terminal/terminal.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'eloquence-plugins-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: unknown): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

async function installPlugin(name: string, manifest: object, code = ''): Promise<void> {
  await write(`node_modules/${name}/package.json`, {
    name,
    version: '1.2.3',
    type: 'module',
    keywords: ['eloquence-plugin'],
    exports: { './plugin': './plugin.js' },
    engines: { eloquence: '^2.0.0' },
    contributes: {},
    ...manifest,
  });
  await write(`node_modules/${name}/plugin.js`, code);
}

async function plugins(...args: string[]): Promise<{ code: ExitCode; out: string; err: string }> {
  const result = { out: '', err: '' };
  const terminal = createTerminal(
    { write: (text) => (result.out += text) },
    { write: (text) => (result.err += text) },
    {},
  );
  const code = await runEloquence(['plugins', ...args, '--directory', root], terminal, {});
  return { code, ...result };
}

const silentMonitor = `export default { $type: 'eloquence.plugin', activate({ monitors }) {
  monitors.register('log', { create: () => ({ onEvent() {}, dispose() {} }) });
} };`;

describe('eloquence plugins', () => {
  it('lists the default plugins and those of the application, without running any', async () => {
    await write('package.json', { dependencies: { 'my-monitor': '*' } });
    await installPlugin(
      'my-monitor',
      { contributes: { monitors: [{ id: 'log' }] } },
      'throw new Error("run");',
    );
    const { code, out } = await plugins();
    expect(code).toBe(ExitCode.ok);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^plugin +state +version +from +load +activation +faults +decisions +contributes$/,
    );
    expect(lines.find((line) => line.startsWith('my-monitor'))).toMatch(
      /^my-monitor +registered +1\.2\.3 +dependency +– +– +0 +– +monitors: log$/,
    );
    expect(lines.find((line) => line.startsWith('@eloquence/compression'))).toMatch(
      /default .*codecs: opus, pcm$/,
    );
    const starts = lines
      .filter((line) => / (registered) /.test(line))
      .map((line) => line.indexOf('registered'));
    expect(new Set(starts).size).toBe(1);
  });

  it('shows after half a second of speech what that loaded, and why', { timeout: 20_000 }, async () => {
    await write('package.json', { dependencies: { 'my-monitor': '*' } });
    await installPlugin('my-monitor', { contributes: { monitors: [{ id: 'log' }] } }, silentMonitor);
    await write('eloquence.config.json', { disable: ['@eloquence/tts-espeak'] });
    const { plugins: listed, failure } = JSON.parse((await plugins('--run', '--json')).out) as {
      plugins: {
        id: string;
        state: string;
        loadedBy: object[];
        decisions: object[];
        activationMs?: number;
      }[];
      failure?: string;
    };
    expect(failure).toBeUndefined();
    const states = Object.fromEntries(listed.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      'my-monitor': 'active',
      '@eloquence/compression': 'active',
      '@eloquence/batching': 'active',
      '@eloquence/tts-espeak': 'disabled',
    });
    expect(listed.find(({ id }) => id === 'my-monitor')).toMatchObject({
      loadedBy: [{ pluginId: 'my-monitor', need: 'onMonitor:log' }],
      activationMs: expect.any(Number),
    });
    expect(listed.find(({ id }) => id === '@eloquence/profiles')?.decisions).toMatchObject([
      {
        point: 'policies',
        id: 'adaptive',
        count: expect.any(Number) as number,
        last: { rule: expect.any(String) },
      },
      { point: 'forecasters', id: 'holt', last: { rule: 'forecast' } },
    ]);
    const why = await plugins('why', '@eloquence/compression');
    expect(why.out).toContain('@eloquence/compression was loaded by onCodec:opus');
    const { out } = await plugins('--run');
    expect(out).toMatch(
      /^@eloquence\/profiles, policy 'adaptive': \d+ decisions, the last: [A-Z_]+ by rule '\S+': /m,
    );
    expect(out).toMatch(/^@eloquence\/profiles, forecaster 'holt': .* the last: delivery within /m);
  });

  it('lets the doctor name each culprit with file, line and cause', { timeout: 20_000 }, async () => {
    await write('package.json', {
      dependencies: { wrong: '*', 'ring-a': '*', 'ring-b': '*', throws: '*', gone: '*' },
    });
    await installPlugin('wrong', { contributes: { codex: [] } });
    await installPlugin('ring-a', { pluginDependencies: ['ring-b'] });
    await installPlugin('ring-b', { pluginDependencies: ['ring-a'] });
    await installPlugin(
      'throws',
      { contributes: { codecs: [{ id: 'x' }] } },
      'throw new Error("no import");',
    );
    const { code, out } = await plugins('doctor');
    expect(code).toBe(ExitCode.failed);
    expect(out).toContain(
      `contributes.codex is not a contribution point.\n  at ${root}/node_modules/wrong/package.json:15:5`,
    );
    expect(out).toContain("hint: Did you mean 'codecs'?");
    expect(out).toContain('ring-a → ring-b → ring-a');
    expect(out).toContain('no import');
    expect(out).toContain("The dependency 'gone' is not installed.");
    expect(out).toMatch(/5 errors, 0 warnings, 0 notes\.\n$/);
  });

  it('has nothing to say against the default plugins', { timeout: 20_000 }, async () => {
    expect(await plugins('doctor')).toMatchObject({
      code: ExitCode.ok,
      out: 'Nothing is wrong with the plugins.\n',
    });
  });

  it('says where a mistake in the configuration is', async () => {
    await write('eloquence.config.json', '{\n  "disabel": []\n}');
    const { code, err } = await plugins();
    expect(code).toBe(ExitCode.failed);
    expect(err).toContain('eloquence.config.json:2:3: disabel is not known here.');
    expect(err).toContain("hint: Did you mean 'disable'?");
  });

  it.each([
    [['lst'], "hint: Did you mean 'list'?"],
    [['why'], 'hint: Write: eloquence plugins why <plugin>'],
    [['why', '@eloquence/profile', '--static'], "hint: Did you mean '@eloquence/profiles'?"],
    [['--jsn'], 'hint: Did you mean --json?'],
  ])('refuses %j', async (args, hint) => {
    const { code, err } = await plugins(...args);
    expect(code).toBe(ExitCode.usage);
    expect(err).toContain(hint);
  });
});
