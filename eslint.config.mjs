import eslint from '@eslint/js';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { layerConstraints, packageOwners, testLayerConstraints } from './tools/workspace/eslint/layers.mjs';
import { eloquencePlugin } from './tools/workspace/eslint/plugin.mjs';

// The layer rule reads Nx's cached project graph and passes everything if there is none, so it is made (or brought
// up to date) first. No daemon: linting must not leave a process behind.
process.env.NX_DAEMON ??= 'false';
await createProjectGraphAsync({ exitOnError: false });

const TESTS = ['**/*.test.ts', '**/*.test-d.ts', '**/*.bench.ts', '**/testing/**/*.ts'];
/** Entry points of processes and workers: their purpose is to act when they are loaded. */
const ENTRY_POINTS = [
  '**/main.{ts,tsx}',
  '**/*-main.ts',
  '**/*-process.ts',
  '**/*.worker.ts',
  '**/*.worklet.ts',
];
/** Where time and chance must be injected. */
const ENGINES = [
  'delivery',
  'playout',
  'livekit-room',
  'wire',
  'core',
  'batching',
  'compression',
  'profiles',
  'link',
];

const boundaries = (depConstraints) => [
  'error',
  {
    depConstraints,
    allow: [],
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: false,
    // Plugins load lazily as plugins; a facade may still use what their packages export beside that.
    checkDynamicDependenciesExceptions: ['@eloquence/.*'],
  },
];

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/out-tsc/',
    '**/coverage/',
    '.nx/',
    '.cache/',
    '**/etc/',
    'artifacts/',
    '*.d.ts',
  ]),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { eloquence: eloquencePlugin, '@nx': nx },
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Indexing a typed array inside its bounds has no cheaper way to say so in a hot path.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Interfaces that answer with a promise are often met by code that has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 500 }],
      'eloquence/event-names': 'error',
    },
  },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}', 'tools/*/src/**/*.ts'],
    ignores: [...TESTS, ...ENTRY_POINTS],
    rules: {
      'eloquence/no-top-level-effects': ['error', { allowImports: ['reflect-metadata', './metadata.js'] }],
    },
  },
  {
    files: ['packages/**/*.ts', 'apps/**/*.{ts,tsx}', 'tools/**/*.ts'],
    ignores: ['**/vitest*.config.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(layerConstraints),
      'eloquence/no-deep-imports': 'error',
      'eloquence/package-owners': ['error', packageOwners],
    },
  },
  {
    files: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': boundaries(testLayerConstraints),
      '@typescript-eslint/unbound-method': 'off',
      // What JSON.parse and expect.any() return.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ENGINES.map((name) => `packages/${name}/src/**/*.ts`),
    ignores: TESTS,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
          name,
          message: 'Take the injected Clock of @eloquence/plugin-api.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the injected Clock of @eloquence/plugin-api.' },
        {
          object: 'Math',
          property: 'random',
          message: 'Take the injected RandomSource of @eloquence/plugin-api.',
        },
      ],
    },
  },
  {
    // Every threshold is a field of the schema of thresholds.
    files: ['packages/core/src/session/**/*.ts', 'packages/profiles/src/control/**/*.ts'],
    ignores: TESTS,
    rules: { 'eloquence/no-compared-numbers': 'error' },
  },
  {
    files: ['**/vitest*.config.ts', 'vitest.shared.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'AbortSignal',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'Buffer',
          'performance',
          'fetch',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  prettier,
);
