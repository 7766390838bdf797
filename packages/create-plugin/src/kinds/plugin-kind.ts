import type { ContributionPointName } from '@eloquence/plugin-api';
import type { PluginNames } from '../plugin-names.js';

/** Packages that only some kinds of plugin need; the layout knows their versions. */
export type KindDependency = '@eloquence/delivery' | '@eloquence/playout';

/** What a kind of plugin consists of beside what all have. */
export interface PluginKind {
  /** As given to `--kind`. */
  readonly kind: string;
  readonly point: ContributionPointName;
  /** What the example does that is generated, as the end of "Plugin for Eloquence: ". */
  readonly summary: string;
  readonly dependencies?: readonly KindDependency[];
  readonly devDependencies?: readonly KindDependency[];
  /** Whether the registration writes to the plugin's log. */
  readonly usesLog?: boolean;
  /** Id that the manifest announces. */
  idOf(names: PluginNames): string;
  /** What `src/plugin.ts` imports from the code, and the file's name without ending. */
  exportOf(names: PluginNames): { readonly name: string; readonly file: string };
  /** Expression that is registered. */
  registrationOf(names: PluginNames): string;
  /** The code: a working example. */
  codeOf(names: PluginNames): string;
  /** Name of the contract kit, and the statements that run it. */
  testOf(names: PluginNames): {
    readonly kit: string;
    readonly imports?: readonly string[];
    /** Further names that the test imports from the code. */
    readonly names?: readonly string[];
    readonly body: string;
  };
}
