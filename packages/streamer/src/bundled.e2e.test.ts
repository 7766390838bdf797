import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';

const run = promisify(execFile);

/** A program that speaks to a listener in its own process, and prints what came of it. */
const program = `
const room = new SimulatedRoom({ clock: createSystemClock() });
const streamer = new AdaptiveAudioStreamer(simulatedTarget(room.join('voice')), {
  plugins: [simulatedTransportPlugin],
  lane: 'data',
});
const ear = room.join('ear');
const host = createPluginHost({ descriptors: withDefaultPlugins(), clock: createSystemClock() });
let samples = 0;
const isLoud = (sample) => Math.abs(sample) > 500;
async function main() {
  const receiver = createSpeechReceiver({
    channel: ear,
    clock: createSystemClock(),
    decoders: new Map([['opus', await host.contributions.codecs.get('opus')]]),
    createSink: () => ({ write: (block) => void (samples += block.samples.filter(isLoud).length) }),
  });
  await streamer.initialize();
  const { outcome } = await streamer.say('Hello from a bundle.').done;
  receiver.dispose();
  await streamer.dispose();
  room.dispose();
  console.log(JSON.stringify({ outcome, isHeard: samples > 10000 }));
}
main().catch((error) => { console.error(error); process.exitCode = 1; });
`;
const imports: Readonly<Record<string, string>> = {
  '@eloquence/streamer': 'AdaptiveAudioStreamer, withDefaultPlugins',
  '@eloquence/simulated-transport': 'SimulatedRoom, simulatedTarget, simulatedTransportPlugin',
  '@eloquence/playout': 'createSpeechReceiver',
  '@eloquence/core': 'createPluginHost',
  '@eloquence/plugin-api': 'createSystemClock',
};
const asModule = Object.entries(imports).map(([name, names]) => `import { ${names} } from '${name}';\n`);
const asScript = Object.entries(imports).map(([name, names]) => `const { ${names} } = require('${name}');\n`);
/** Native code cannot be in a bundle. */
const external = ['@livekit/rtc-node'];

let directory = '';
let entry = '';
beforeAll(async () => {
  const parent = path.join(import.meta.dirname, '..', 'out-tsc');
  await mkdir(parent, { recursive: true });
  directory = await mkdtemp(path.join(parent, 'bundled-'));
  entry = path.join(directory, 'entry.mjs');
  await writeFile(entry, asModule.join('') + program);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function outputOf(file: string): Promise<{ result: unknown; stderr: string }> {
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: directory, timeout: 60_000 });
  return { result: JSON.parse(stdout.trim().split('\n').at(-1)!), stderr };
}

const spoken = { outcome: 'complete', isHeard: true };

describe('a sender that speaks', () => {
  it.each(['esm', 'cjs'] as const)('is bundled by esbuild as %s', async (format) => {
    const outfile = path.join(directory, `esbuild.${format === 'esm' ? 'mjs' : 'cjs'}`);
    await esbuild.build({
      ...{ entryPoints: [entry], outfile, format, bundle: true, platform: 'node', external },
      logLevel: 'silent',
      // What of these packages is CommonJS asks for it.
      ...(format === 'esm' && {
        banner: {
          js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
        },
      }),
    });
    expect((await outputOf(outfile)).result).toEqual(spoken);
  });

  it('is bundled by Vite for the server', async () => {
    const outDir = path.join(directory, 'vite');
    await buildWithVite({
      root: directory,
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: true, external },
      build: { ssr: entry, outDir, emptyOutDir: false },
    });
    expect((await outputOf(path.join(outDir, 'entry.js'))).result).toEqual(spoken);
  });

  it('is bundled by webpack', async () => {
    const outDir = path.join(directory, 'webpack');
    const compiler = webpack({
      ...{ mode: 'none', target: 'node20', entry, context: directory },
      output: { path: outDir, filename: 'bundle.cjs' },
      externals: Object.fromEntries(external.map((name) => [name, `node-commonjs ${name}`])),
    });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
      compiler.run((error, result) => (error ? reject(error) : resolve(result))),
    );
    expect(stats?.toJson({ all: false, errors: true }).errors).toEqual([]);
    expect((await outputOf(path.join(outDir, 'bundle.cjs'))).result).toEqual(spoken);
  });

  it('is CommonJS that requires the packages', async () => {
    const file = path.join(directory, 'script.cjs');
    await writeFile(file, asScript.join('') + program);
    expect((await outputOf(file)).result).toEqual(spoken);
  });

  it('says at once, and on standard error, that a bundle without its voice cannot speak', async () => {
    const outfile = path.join(directory, 'alone', 'bundle.cjs');
    await esbuild.build({
      ...{ entryPoints: [entry], outfile, format: 'cjs', bundle: true, platform: 'node', external },
      logLevel: 'silent',
      plugins: [
        {
          name: 'without the package',
          setup: ({ onLoad }) =>
            onLoad({ filter: /worker-program\.js$/ }, async ({ path: file }) => {
              const { readFile } = await import('node:fs/promises');
              const contents = (await readFile(file, 'utf8')).replace(
                '@eloquence/tts-espeak/worker',
                'nobody/worker',
              );
              return { contents };
            }),
        },
      ],
    });
    const failed = await run(process.execPath, [outfile], { cwd: directory }).catch(
      (error: { stderr: string }) => error,
    );
    expect(failed.stderr).toMatch(
      /EloquenceWarning: The voice 'espeak' cannot be loaded: .*a bundler has left it behind/,
    );
  });

  it('finds the types of all packages where TypeScript resolves as Node 10 did', async () => {
    const options = { moduleResolution: ts.ModuleResolutionKind.Node10 };
    const folders = path.join(import.meta.dirname, '../..');
    for (const folder of await readdir(folders)) {
      const manifest = JSON.parse(await readFile(path.join(folders, folder, 'package.json'), 'utf8')) as {
        name: string;
        exports?: Record<string, string | { types?: string }>;
      };
      for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
        if (typeof target === 'string' || target.types === undefined) continue;
        const name = manifest.name + subpath.slice(1);
        const { resolvedModule } = ts.resolveModuleName(name, entry, options, ts.sys);
        expect([name, resolvedModule?.resolvedFileName]).toEqual([
          name,
          path.join(folders, folder, target.types),
        ]);
      }
    }
  });

  it('finds what it is bundled from', () => {
    const require = createRequire(import.meta.url);
    expect(require.resolve('@eloquence/tts-espeak/worker')).toMatch(/espeak-worker\.js$/);
  });
});
