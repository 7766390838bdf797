import { defineConfig } from 'vitest/config';

/** A short run of the built program against a real LiveKit server on loopback. */
export default defineConfig({
  resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] } },
  test: {
    name: 'bench e2e',
    include: ['src/**/*.e2e.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
