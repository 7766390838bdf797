import { commonManifest, runtimeDependencies, testDependencies, toCompactJson, toJson } from './manifest.js';
import { type FileMap, type PluginPlan, sourceFiles } from './plugin-files.js';
import { licence, readme } from './texts.js';
import { toolRanges } from './versions.js';

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023'],
  module: 'NodeNext',
  types: ['node'],
  rootDir: 'src',
  outDir: 'dist',
  declaration: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
};

const eslintConfig = `import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist/'] },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    // Interfaces that answer with a promise are often met by code that has nothing to wait for.
    rules: { '@typescript-eslint/require-await': 'off' },
  },
);
`;

/** A package of its own, with everything that it needs to be built, linted, tested and published. */
export function standaloneLayout(plan: PluginPlan): FileMap {
  const { kind, names } = plan;
  const { file } = kind.exportOf(names);
  const { engines, contributes, ...head } = commonManifest(plan);
  const manifest = {
    ...head,
    exports: {
      '.': { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
      './plugin': { types: './dist/plugin.d.ts', default: './dist/plugin.js' },
      './package.json': './package.json',
    },
    files: ['dist', '!dist/**/*.test.*'],
    engines,
    contributes,
    scripts: {
      build: 'tsc',
      lint: 'eslint .',
      test: 'tsc && node --test dist/contract.test.js',
      prepack: 'tsc',
    },
    dependencies: runtimeDependencies(plan),
    devDependencies: { ...testDependencies(plan), ...toolRanges },
  };
  return new Map([
    ['package.json', toJson(manifest)],
    ['tsconfig.json', toCompactJson({ compilerOptions, include: ['src'] })],
    ['eslint.config.mjs', eslintConfig],
    ...sourceFiles(plan, 'node:test'),
    ['README.md', readme(plan, { build: 'npm run build', test: 'npm test' })],
    ['LICENSE', licence(plan)],
    ['.gitignore', 'node_modules/\ndist/\n*.tgz\n'],
  ]);
}
