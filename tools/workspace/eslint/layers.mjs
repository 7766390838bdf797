/**
 * Which layer may import which, by the tags of the packages (`nx.tags` in their package.json). From the ground up:
 * contract < base < link < engine < kernel, plugin < facade < compat < testbed < app. Tools stand apart.
 */
const IMPORTS_OF_LAYER = {
  contract: ['contract'],
  base: ['contract', 'base'],
  link: ['contract', 'base'],
  engine: ['contract', 'base', 'link'],
  kernel: ['contract', 'base'],
  plugin: ['contract', 'base', 'link', 'engine'],
  receiver: ['contract', 'base', 'link', 'engine'],
  facade: ['contract', 'base', 'link', 'engine', 'kernel', 'plugin'],
  compat: ['contract', 'base', 'link', 'engine', 'kernel', 'plugin', 'facade'],
  tool: ['contract', 'base', 'link', 'engine', 'tool'],
  testbed: ['contract', 'base', 'link', 'engine', 'kernel', 'plugin', 'facade', 'compat', 'tool', 'testbed'],
  app: [
    ...['contract', 'base', 'link', 'engine', 'kernel', 'plugin', 'receiver', 'facade', 'compat', 'tool'],
    ...['testbed', 'app'],
  ],
};

/** @param {boolean} alsoTools */
const constraints = (alsoTools) =>
  Object.entries(IMPORTS_OF_LAYER).map(([layer, imports]) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: [...new Set(alsoTools ? [...imports, 'tool'] : imports)].map(
      (name) => `layer:${name}`,
    ),
  }));

/** Constraints of `@nx/enforce-module-boundaries` for what is shipped. */
export const layerConstraints = constraints(false);

/** The same for tests, which may also use tools: contract kits, the emulator, the simulated transport. */
export const testLayerConstraints = constraints(true);

/** Packages that only the folders named may import, because they are hidden behind an interface of ours. */
export const packageOwners = [
  { packages: ['tsyringe'], folders: ['packages/core/src/di/'] },
  {
    packages: ['@livekit/rtc-node'],
    folders: ['packages/livekit-adapter/', 'packages/legacy-compat/', 'packages/testbed/'],
  },
  { packages: ['livekit-client'], folders: ['packages/player/', 'apps/demo/src/page/'] },
];
