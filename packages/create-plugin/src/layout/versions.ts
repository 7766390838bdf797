import type { KindDependency } from '../kinds/plugin-kind.js';

/** What a generated plugin asks of this project's packages. A test holds these against their versions. */
export const packageRanges: Readonly<
  Record<KindDependency | '@eloquence/plugin-api' | '@eloquence/plugin-contracts', string>
> = {
  '@eloquence/plugin-api': '^2.0.0',
  '@eloquence/plugin-contracts': '^0.1.0',
  '@eloquence/delivery': '^0.1.0',
  '@eloquence/playout': '^0.1.0',
};

/** Range of the plugin API that a generated plugin works with. */
export const engineRange = '^2.0.0';

/** Tools of a plugin outside of this workspace. */
export const toolRanges: Readonly<Record<string, string>> = {
  '@types/node': '^20.19.43',
  eslint: '^10.15.0',
  typescript: '~6.0.3',
  'typescript-eslint': '^8.73.0',
};
