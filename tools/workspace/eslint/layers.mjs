/**
 * Which layer may import which, by the tags of the packages (`nx.tags` in their package.json). From the ground up:
 * contract < engine < kernel, plugin < facade < compat < app. Tools stand apart.
 */
const IMPORTS_OF_LAYER = {
  contract: ['contract'],
  engine: ['contract'],
  kernel: ['contract'],
  plugin: ['contract', 'engine'],
  receiver: ['contract', 'engine'],
  facade: ['contract', 'engine', 'kernel', 'plugin'],
  compat: ['contract', 'engine', 'kernel', 'plugin', 'facade'],
  tool: ['contract', 'engine', 'tool'],
  app: ['contract', 'engine', 'kernel', 'plugin', 'receiver', 'facade', 'compat', 'tool', 'app'],
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
  { packages: ['@livekit/rtc-node'], folders: ['packages/livekit-adapter/', 'packages/legacy-compat/'] },
  { packages: ['livekit-client'], folders: ['packages/player/', 'apps/demo/src/page/'] },
];
