import { defineConfig } from 'vitest/config';

/** Settings of every package's tests: they run on sources, without a build. */
export const shared = defineConfig({
  resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@eloquence/source', 'node', 'import', 'default'] } },
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts', '**/node_modules/**'],
    pool: 'forks',
    passWithNoTests: true,
    // A limit against hanging, not a measurement: machines are shared.
    testTimeout: 120_000,
    restoreMocks: true,
  },
});
