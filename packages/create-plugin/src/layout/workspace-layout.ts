import { commonManifest, runtimeDependencies, testDependencies, toCompactJson, toJson } from './manifest.js';
import { type FileMap, type PluginPlan, sourceFiles } from './plugin-files.js';
import { readme } from './texts.js';

/** A package of this project's workspace, in `packages/<folder>`: its tools and versions are the workspace's. */
export function workspaceLayout(plan: PluginPlan): FileMap {
  const { kind, names } = plan;
  const { file } = kind.exportOf(names);
  const { engines, contributes, ...head } = commonManifest(plan);
  const dependencies = runtimeDependencies(plan);
  const manifest = {
    ...head,
    license: 'Apache-2.0',
    exports: {
      '.': entry(file),
      './plugin': entry('plugin'),
      './package.json': './package.json',
    },
    files: ['dist', '!dist/**/*.tsbuildinfo', 'src', '!src/**/*.test.ts'],
    engines,
    contributes,
    dependencies,
    devDependencies: testDependencies(plan),
    nx: { tags: ['layer:plugin'] },
  };
  const references = Object.keys(dependencies).map((name) => ({
    path: `../${name.slice(name.indexOf('/') + 1)}/tsconfig.lib.json`,
  }));
  return new Map([
    ['package.json', toJson(manifest)],
    ['tsconfig.json', toCompactJson(solution)],
    ['tsconfig.lib.json', toCompactJson({ ...library, references })],
    ['tsconfig.spec.json', toCompactJson(specs)],
    ['vitest.config.ts', vitestConfig(names.folder)],
    ...sourceFiles(plan, 'vitest'),
    [
      'README.md',
      readme(plan, {
        build: `npx nx build ${names.packageName}`,
        test: `npx nx test ${names.packageName}`,
      }),
    ],
  ]);
}

/** The changeset that announces the new package. */
export function firstChangeset({ names, kind }: PluginPlan): string {
  return `---\n'${names.packageName}': minor\n---\n\nNew plugin: ${kind.summary}.\n`;
}

const base = '../../tsconfig.base.json';
const solution = {
  extends: base,
  files: [],
  include: [],
  references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.spec.json' }],
};
const library = {
  extends: base,
  compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.lib.tsbuildinfo' },
  include: ['src/**/*.ts'],
  exclude: ['src/**/*.test.ts', 'src/**/*.test-d.ts', 'src/**/*.bench.ts'],
};
const specs = {
  extends: base,
  compilerOptions: { outDir: 'out-tsc', tsBuildInfoFile: 'out-tsc/tsconfig.spec.tsbuildinfo' },
  include: ['src/**/*.test.ts', 'src/**/*.test-d.ts', 'src/**/*.bench.ts'],
  references: [{ path: './tsconfig.lib.json' }],
};

function entry(file: string): Record<string, string> {
  return {
    '@eloquence/source': `./src/${file}.ts`,
    types: `./dist/${file}.d.ts`,
    default: `./dist/${file}.js`,
  };
}

function vitestConfig(name: string): string {
  return `import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.js';

export default mergeConfig(shared, defineProject({ test: { name: '${name}' } }));
`;
}
