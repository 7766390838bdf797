import { defineConfig } from 'vitest/config';

/** Tests against a real LiveKit server on loopback. */
export default defineConfig({
  resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] } },
  test: {
    name: 'demo e2e',
    include: ['src/**/*.e2e.test.ts'],
    exclude: ['src/page/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 600_000,
  },
});
