import { nameHint } from '@eloquence/base';
import {
  type ContributionPointName,
  EloquenceError,
  type PluginDescriptor,
  type PluginManifest,
  apiProposalNames,
  apiVersion as currentApiVersion,
} from '@eloquence/plugin-api';
import semver from 'semver';
import { type ManifestCheck, checkManifest, manifestError } from './check-manifest.js';
import {
  type ContributionClaims,
  type ContributionOverrides,
  checkOverrides,
  claimContributions,
  forEachEntry,
} from './contribution-claims.js';
import { findCycle } from './dependency-graph.js';

/** A plugin after the static checks. */
export interface RegisteredPlugin {
  readonly id: string;
  readonly version: string;
  readonly descriptor: PluginDescriptor;
  /** Absent if it did not pass its schema. */
  readonly manifest?: PluginManifest;
  readonly state: 'registered' | 'incompatible' | 'failed' | 'disabled';
  readonly cause?: EloquenceError;
}

export interface PluginRegistryOptions {
  readonly overrides?: ContributionOverrides | undefined;
  /** Names of plugins that are kept out. */
  readonly disabled?: readonly string[] | undefined;
  /** Version of the plugin API that is offered; the installed one if absent. */
  readonly apiVersion?: string | undefined;
  /** Parts of the API that are not final and that this host offers. */
  readonly apiProposals?: readonly string[] | undefined;
}

/** Manifests that were checked before: the check is most of the work, and its outcome never changes. */
export type CheckedManifests = WeakMap<PluginDescriptor, ManifestCheck>;

interface Candidate {
  readonly id: string;
  readonly version: string;
  readonly descriptor: PluginDescriptor;
  readonly manifest?: PluginManifest;
  state: RegisteredPlugin['state'];
  cause?: EloquenceError;
}

/**
 * Checks plugins by their manifests alone, before any of their code runs: schema, version of the API, names, ids,
 * dependencies. The outcome does not depend on the order in which the plugins are given.
 */
export class PluginRegistry {
  /** All plugins, sorted by name. Of plugins with one name at most one is `registered`. */
  readonly plugins: readonly RegisteredPlugin[];
  readonly #owners: ContributionClaims['owners'];

  /** @throws EloquenceError `CONFIGURATION_INVALID` if an override names something that is not there */
  constructor(
    descriptors: readonly PluginDescriptor[],
    options: PluginRegistryOptions = {},
    checked: CheckedManifests = new WeakMap(),
  ) {
    const overrides = options.overrides ?? {};
    const candidates = [...new Set(descriptors)]
      .map((one) => readDescriptor(one, checked))
      .sort(byNameThenNewest);
    checkOverrides(overrides, candidates);
    checkDisabled(options.disabled ?? [], candidates);
    for (const candidate of healthy(candidates)) checkEngine(candidate, options);
    checkNames(candidates);
    checkDependencies(candidates);
    const claims = claimContributions(healthyManifests(candidates), overrides);
    for (const candidate of healthy(candidates)) {
      const conflict = claims.conflicts.get(candidate.id);
      if (conflict !== undefined) fail(candidate, conflict);
    }
    spreadFailures(candidates);
    this.plugins = candidates;
    this.#owners = withUnusable(claims.owners, candidates);
  }

  /** Ids of a point and the plugin that provides each. A plugin that is not usable has those that nobody else has. */
  ownersOf(point: ContributionPointName): ReadonlyMap<string, string> {
    return this.#owners[point];
  }
}

function readDescriptor(descriptor: PluginDescriptor, checked: CheckedManifests): Candidate {
  const source: { name?: unknown; version?: unknown } | undefined = descriptor?.manifest;
  const id = typeof source?.name === 'string' && source.name !== '' ? source.name : '(without a name)';
  const version = typeof source?.version === 'string' ? source.version : '(none)';
  const check = checked.get(descriptor) ?? checkManifest(source);
  if (typeof descriptor === 'object' && descriptor !== null) checked.set(descriptor, check);
  if (check.problems !== undefined) {
    return { id, version, descriptor, state: 'failed', cause: manifestError(id, check.problems) };
  }
  if (typeof descriptor.load !== 'function') {
    const problem = { path: 'load', message: 'must be a function', value: typeof descriptor.load };
    return { id, version, descriptor, state: 'failed', cause: manifestError(id, [problem]) };
  }
  return { id, version, descriptor, manifest: check.manifest, state: 'registered' };
}

function byNameThenNewest(a: Candidate, b: Candidate): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  const [first, second] = [semver.parse(a.version), semver.parse(b.version)];
  if (first === null || second === null) return first === second ? 0 : first === null ? 1 : -1;
  return semver.compareBuild(second, first);
}

/** @throws EloquenceError `CONFIGURATION_INVALID` if a name is not that of a plugin */
function checkDisabled(disabled: readonly string[], candidates: readonly Candidate[]): void {
  const installed = new Set(candidates.map(({ id }) => id));
  const unknown = disabled.find((id) => !installed.has(id));
  if (unknown !== undefined) {
    throw new EloquenceError('CONFIGURATION_INVALID', `disable: no plugin is called '${unknown}'.`, {
      value: unknown,
      hint: nameHint(unknown, installed),
    });
  }
  for (const candidate of candidates) {
    if (!disabled.includes(candidate.id)) continue;
    candidate.state = 'disabled';
    candidate.cause = new EloquenceError('PLUGIN_FAILED', `Plugin '${candidate.id}' is disabled.`, {
      value: candidate.id,
    });
  }
}

/** The address of the table of old and new names is part of it. */
function portingHint(pluginId: string): string {
  return `Update '${pluginId}'; docs/plugins/versioning.md lists the old names and the new ones.`;
}

function checkEngine(candidate: Candidate, options: PluginRegistryOptions): void {
  if (candidate.manifest === undefined) return;
  const version = options.apiVersion ?? currentApiVersion;
  const range = candidate.manifest.engines.eloquence;
  if (!semver.satisfies(version, range, { includePrerelease: true })) {
    const isTooNew = semver.gtr(version, range);
    candidate.state = 'incompatible';
    candidate.cause = new EloquenceError(
      'PLUGIN_INCOMPATIBLE',
      `Plugin '${candidate.id}' needs the plugin API ${range}, here is ${version}.`,
      { value: range, hint: isTooNew ? portingHint(candidate.id) : 'Update Eloquence.' },
    );
    return;
  }
  const offered = options.apiProposals ?? [];
  const refused = candidate.manifest.enabledApiProposals?.find((proposal) => !offered.includes(proposal));
  if (refused === undefined) return;
  const isKnown = (apiProposalNames as readonly string[]).includes(refused);
  candidate.state = 'incompatible';
  candidate.cause = new EloquenceError(
    'PLUGIN_INCOMPATIBLE',
    `Plugin '${candidate.id}' uses the proposed API '${refused}', which is not offered here.`,
    {
      value: refused,
      hint: isKnown
        ? `Offer it, if you accept that it may change: apiProposals: ['${refused}'].`
        : nameHint(refused, [...new Set([...apiProposalNames, ...offered])]),
    },
  );
}

function checkNames(candidates: readonly Candidate[]): void {
  const winners = new Map<string, Candidate>();
  for (const candidate of healthy(candidates)) {
    const winner = winners.get(candidate.id);
    if (winner === undefined) {
      winners.set(candidate.id, candidate);
      continue;
    }
    const error = new EloquenceError(
      'PLUGIN_DUPLICATE',
      `Plugin '${candidate.id}' is installed twice: ${winner.version} is used, ${candidate.version} is not.`,
      { value: candidate.version, hint: 'Remove one of the two.' },
    );
    fail(candidate, error);
  }
}

function checkDependencies(candidates: readonly Candidate[]): void {
  const all = healthy(candidates);
  const installed = new Set(candidates.map(({ id }) => id));
  const graph = new Map(all.map(({ id, manifest }) => [id, manifest?.pluginDependencies ?? []]));
  for (const candidate of all) {
    const missing = [...(graph.get(candidate.id) ?? [])].sort().find((needed) => !installed.has(needed));
    if (missing !== undefined) {
      const message = `Plugin '${candidate.id}' needs plugin '${missing}', which is not installed.`;
      fail(
        candidate,
        new EloquenceError('PLUGIN_FAILED', message, { value: missing, hint: nameHint(missing, installed) }),
      );
    }
    const cycle = findCycle(graph, candidate.id);
    if (cycle === undefined) continue;
    const message = `Plugins need each other: ${cycle.join(' → ')}.`;
    fail(
      candidate,
      new EloquenceError('PLUGIN_CYCLE', message, { value: cycle, hint: 'Remove one of these needs.' }),
    );
  }
  spreadFailures(candidates);
}

/** A plugin whose dependency failed fails too, with the chain of causes. */
function spreadFailures(candidates: readonly Candidate[]): void {
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    const healthyIds = new Set(healthy(candidates).map(({ id }) => id));
    for (const candidate of healthy(candidates)) {
      const needed = [...(candidate.manifest?.pluginDependencies ?? [])]
        .sort()
        .find((id) => !healthyIds.has(id));
      if (needed === undefined) continue;
      const cause = candidates.find(({ id }) => id === needed)?.cause;
      const message = `Plugin '${candidate.id}' needs plugin '${needed}', which is not usable: ${cause?.message}`;
      fail(candidate, new EloquenceError('PLUGIN_FAILED', message, { value: needed, cause }));
      isChanged = true;
    }
  }
}

function withUnusable(
  owners: ContributionClaims['owners'],
  candidates: readonly Candidate[],
): ContributionClaims['owners'] {
  const all = Object.fromEntries(
    Object.entries(owners).map(([point, ids]) => [point, new Map(ids)]),
  ) as Record<ContributionPointName, Map<string, string>>;
  for (const { id: pluginId, manifest } of candidates) {
    if (manifest === undefined) continue;
    forEachEntry(manifest, (point, id) => {
      if (!all[point].has(id)) all[point].set(id, pluginId);
    });
  }
  return all;
}

function healthy(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ state }) => state === 'registered');
}

function healthyManifests(candidates: readonly Candidate[]): PluginManifest[] {
  return healthy(candidates).flatMap(({ manifest }) => manifest ?? []);
}

function fail(candidate: Candidate, cause: EloquenceError): void {
  candidate.state = 'failed';
  candidate.cause ??= cause;
}
