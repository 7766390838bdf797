import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/**
 * Each case is a line of code put into a place of the real repository, linted with the real configuration. The place
 * is an existing file, because typed rules and the layer rule need one; its own content is not looked at.
 */
const LAYER = '@nx/enforce-module-boundaries';
const OWNERS = 'eloquence/package-owners';
const DEEP = 'eloquence/no-deep-imports';
const index = (/** @type {string} */ name) => `packages/${name}/src/index.ts`;
const use = (/** @type {string} */ specifier) =>
  `import * as it from '${specifier}';\nexport const x = it;\n`;

/** @type {[string, string, string, string][]} place, code, rule, what it shows */
const REFUSED = [
  [index('plugin-api'), use('@eloquence/delivery'), LAYER, 'a contract imports an engine'],
  [index('wire'), use('@eloquence/core'), LAYER, 'a contract imports the kernel'],
  [index('delivery'), use('@eloquence/playout'), LAYER, 'an engine imports another engine'],
  [index('playout'), use('@eloquence/core'), LAYER, 'an engine imports the kernel'],
  [index('core'), use('@eloquence/compression'), LAYER, 'the kernel imports a plugin'],
  [index('core'), use('@eloquence/delivery'), LAYER, 'the kernel imports an engine'],
  [index('compression'), use('@eloquence/batching'), LAYER, 'a plugin imports another plugin'],
  [index('livekit-adapter'), use('@eloquence/core'), LAYER, 'a plugin imports the kernel'],
  [index('livekit-adapter'), use('@eloquence/netlab'), LAYER, 'shipped code imports a tool'],
  [
    index('livekit-adapter'),
    `export const x = import('@eloquence/core');\n`,
    LAYER,
    'a dynamic import across layers',
  ],
  [
    index('livekit-adapter'),
    `export type { Foo } from '@eloquence/core';\n`,
    LAYER,
    'a re-exported type across layers',
  ],
  [index('streamer'), use('@eloquence/legacy-compat'), LAYER, 'the facade imports what is built on it'],
  [index('legacy-compat'), use('@eloquence/cli'), LAYER, 'compat imports an app'],
  [index('netlab'), use('@eloquence/streamer'), LAYER, 'a tool imports the facade'],
  [index('plugin-contracts'), use('@eloquence/core'), LAYER, 'a tool imports the kernel'],
  [index('core'), use('tsyringe'), OWNERS, 'tsyringe outside core/src/di'],
  [
    index('streamer'),
    `export type Container = import('tsyringe').DependencyContainer;\n`,
    OWNERS,
    'a type of tsyringe',
  ],
  [index('cli'), use('@livekit/rtc-node'), OWNERS, 'rtc-node in the command'],
  [index('netlab'), `export const x = import('@livekit/rtc-node');\n`, OWNERS, 'rtc-node loaded dynamically'],
  [index('streamer'), use('livekit-client'), OWNERS, 'livekit-client outside the player'],
  [index('core'), use('@eloquence/plugin-api/src/index.js'), DEEP, 'a path into a package'],
  [index('core'), use('../../plugin-api/src/index.js'), DEEP, 'a relative path into a package'],
  [index('core'), `export * from './x.js';\n`, 'eloquence/no-top-level-effects', 'export *'],
  [index('core'), `import './x.js';\n`, 'eloquence/no-top-level-effects', 'an import for effect'],
  [index('core'), `console.log('here');\n`, 'eloquence/no-top-level-effects', 'a statement at the top level'],
  [
    index('core'),
    `export const x = await Promise.resolve(1);\n`,
    'eloquence/no-top-level-effects',
    'a top-level await',
  ],
  [
    index('core'),
    `export function f(): void {\n  Promise.resolve();\n}\n`,
    '@typescript-eslint/no-floating-promises',
    'a floating promise',
  ],
  [
    index('core'),
    'export const x = 1;\n'.repeat(1) + '// line\n'.repeat(500),
    'max-lines',
    'a file of more than 500 lines',
  ],
  [
    index('core'),
    `type Event<T> = (l: (e: T) => void) => void;\nexport interface A {\n  readonly changed: Event<number>;\n}\n`,
    'eloquence/event-names',
    'an event that is not called onDid…',
  ],
  [
    index('delivery'),
    'export const now = (): number => Date.now();\n',
    'no-restricted-properties',
    'real time in an engine',
  ],
  [
    index('playout'),
    'export const roll = (): number => Math.random();\n',
    'no-restricted-properties',
    'chance in an engine',
  ],
  [
    index('delivery'),
    'export const f = (): unknown => setTimeout(() => undefined, 1);\n',
    'no-restricted-globals',
    'a bare timer in an engine',
  ],
  [
    'packages/core/src/session/adaptation/decision-log.ts',
    'export const isMany = (count: number): boolean => count > 3;\n',
    'eloquence/no-compared-numbers',
    'a threshold in the session',
  ],
  [
    'packages/profiles/src/control/link-quality.ts',
    'export const isFar = (rttMs: number): boolean => -300 >= rttMs;\n',
    'eloquence/no-compared-numbers',
    'a threshold in a rule',
  ],
];

/** @type {[string, string, string][]} place, code, what it shows */
const ACCEPTED = [
  [
    'packages/core/src/session/adaptation/decision-log.ts',
    'export const isSome = (count: number): boolean => count > 0 && count !== 1;\n',
    'nothing and one are no thresholds',
  ],
  [index('delivery'), use('@eloquence/wire'), 'an engine imports contracts'],
  [index('livekit-adapter'), use('@eloquence/delivery'), 'a plugin imports an engine'],
  [index('livekit-adapter'), use('@livekit/rtc-node'), 'the adapter imports rtc-node'],
  [index('legacy-compat'), use('@livekit/rtc-node'), 'legacy-compat imports rtc-node'],
  [index('streamer'), use('@eloquence/compression'), 'the facade imports a plugin'],
  [index('cli'), use('@eloquence/netlab'), 'an app imports a tool'],
  [index('cli'), use('@eloquence/streamer'), 'an app imports the facade'],
  [index('simulated-transport'), use('@eloquence/delivery'), 'a tool imports an engine'],
  [index('simulated-transport'), use('@eloquence/netlab'), 'a tool imports a tool'],
];

const ARCHITECTURE = new Set([LAYER, OWNERS, DEEP]);

describe('lint rules of the architecture', () => {
  /** @type {ESLint} */
  let eslint;

  beforeAll(() => {
    eslint = new ESLint({ cwd: ROOT });
  });

  /**
   * @param {string} place
   * @param {string} code
   */
  const rulesBroken = async (place, code) => {
    expect(existsSync(join(ROOT, place))).toBe(true);
    const [result] = await eslint.lintText(code, { filePath: join(ROOT, place) });
    return (result?.messages ?? []).map((message) => message.ruleId);
  };

  it.each(REFUSED.map(([place, code, rule, title]) => ({ place, code, rule, title })))(
    'refuses: $title ($place)',
    async ({ place, code, rule }) => {
      expect(await rulesBroken(place, code)).toContain(rule);
    },
  );

  it.each(ACCEPTED.map(([place, code, title]) => ({ place, code, title })))(
    'accepts: $title ($place)',
    async ({ place, code }) => {
      expect((await rulesBroken(place, code)).filter((rule) => ARCHITECTURE.has(rule ?? ''))).toEqual([]);
    },
  );

  it('lets tests of plugins use tools', async () => {
    const { testLayerConstraints } = await import('./layers.mjs');
    const plugin = testLayerConstraints.find(({ sourceTag }) => sourceTag === 'layer:plugin');
    expect(plugin?.onlyDependOnLibsWithTags).toContain('layer:tool');
  });

  it('refuses rtc-node in the tests of the command too', async () => {
    // Asked of the configuration: a test file that does not exist cannot be linted with types.
    const config = await eslint.calculateConfigForFile(join(ROOT, 'packages/cli/src/any.test.ts'));
    expect(config.rules[OWNERS]).toEqual([2, expect.any(Array)]);
  });
});
