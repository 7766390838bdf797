import { defineConfig } from 'vitest/config';

/** Tests of the built command against a real LiveKit server on loopback. */
export default defineConfig({
  resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] } },
  test: {
    name: 'cli e2e',
    include: ['src/**/*.e2e.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
