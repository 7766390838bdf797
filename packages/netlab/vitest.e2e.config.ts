import { defineConfig } from 'vitest/config';

/** Tests of the built relay process: run them after a build. */
export default defineConfig({
  resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] } },
  test: {
    name: 'netlab e2e',
    include: ['src/**/*.e2e.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 15_000,
  },
});
