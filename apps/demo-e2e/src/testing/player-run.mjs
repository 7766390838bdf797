import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner } from 'vite';

/**
 * Runs a program of this folder from its TypeScript, on the packages' sources, as the tests do:
 *
 *   node src/testing/player-run.mjs player-figures [options]
 */
const conditions = ['@eloquence/source', 'node', 'import', 'default'];
const [program = '', ...args] = process.argv.slice(2);
const server = await createServer({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
  ssr: { resolve: { conditions, externalConditions: ['node', 'import', 'default'] } },
});
const runner = createServerModuleRunner(server.environments.ssr, { hmr: false });
try {
  const { main } = await runner.import(fileURLToPath(new URL(`./${program}.ts`, import.meta.url)));
  // For programs that stand on parts which a package keeps to itself.
  const load = (/** @type {string} */ path) =>
    runner.import(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)));
  process.exitCode = await main(args, load);
} finally {
  await runner.close();
  await server.close();
}
// The native core of rtc-node would keep the process alive.
process.exit();
