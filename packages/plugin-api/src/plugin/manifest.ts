import type { ContributionPointName } from './contribution-points.js';

/** Every entry of `contributes` names what the plugin will register, so that it need not be loaded to be found. */
export interface ContributionEntry {
  /** Lower-case words joined by `-`, or upper-case words joined by `_` for profiles. */
  readonly id: string;
  /** Whatever else the plugin says there, for example a `label`; the host does not read it. */
  readonly [property: string]: unknown;
}

/** The parts of a plugin's `package.json` that the host reads. */
export interface PluginManifest {
  /** The package's name: the plugin's id. */
  readonly name: string;
  readonly version: string;
  /** What the plugin needs around it. */
  readonly engines: {
    /** Range of the plugin API's version (semver) that the plugin needs. */
    readonly eloquence: string;
  };
  /** What the plugin registers, by contribution point. */
  readonly contributes: {
    readonly [Point in ContributionPointName]?: readonly ContributionEntry[];
  } & {
    /** JSON Schema (draft 2020-12) of the plugin's settings. */
    readonly configuration?: Readonly<Record<string, unknown>>;
  };
  /** Names of plugins that must be active before this one. */
  readonly pluginDependencies?: readonly string[] | undefined;
  /** Parts of the API that are not final and that the plugin uses all the same. */
  readonly enabledApiProposals?: readonly string[] | undefined;
}
