import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'workspace',
    include: ['**/*.test.mjs'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    testTimeout: 60_000,
  },
});
