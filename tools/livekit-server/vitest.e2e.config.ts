import { defineConfig } from 'vitest/config';

/** Tests against a real server, and of the built package; run them one package at a time. */
export default defineConfig({
  resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] } },
  test: {
    name: 'livekit-server e2e',
    include: ['src/**/*.e2e.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 30_000,
  },
});
