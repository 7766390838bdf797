import { EloquenceError } from '@eloquence/plugin-api';

/** Everything in a generated plugin that is derived from its name. */
export interface PluginNames {
  /** The package's name: the plugin's id. */
  readonly packageName: string;
  /** Id of the contribution, for example `two-frames`. */
  readonly id: string;
  /** The id as upper-case words, for profiles: `TWO_FRAMES`. */
  readonly upperId: string;
  /** The id without the kind at its end: `two-frames` of `two-frames-batcher`. */
  readonly stem: string;
  /** The stem as part of a class name: `TwoFrames`. */
  readonly pascalId: string;
  /** The stem as the beginning of a variable's name: `twoFrames`. */
  readonly camelId: string;
  /** Folder that the plugin is written to unless another is named. */
  readonly folder: string;
}

const packageNamePattern = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const idPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const maxPackageName = 214;
const maxId = 64;

/**
 * @param packageName for example `mulaw` or `@acme/eloquence-mulaw`
 * @param kind in one word, for example `codec`
 * @param id of the contribution; the package's name without scope and `eloquence-` if absent
 * @throws EloquenceError `OPTION_INVALID`
 */
export function derivePluginNames(packageName: string, kind: string, id?: string): PluginNames {
  if (packageName.length > maxPackageName || !packageNamePattern.test(packageName)) {
    throw new EloquenceError('OPTION_INVALID', `'${packageName}' cannot be the name of a package.`, {
      value: packageName,
      hint: 'Use lower-case letters, digits and "-", if you like behind a scope: mulaw, or @acme/eloquence-mulaw.',
    });
  }
  const folder = packageName.slice(packageName.indexOf('/') + 1);
  const kebabId = id ?? folder.replace(/^eloquence-(plugin-)?/, '');
  if (kebabId.length > maxId || !idPattern.test(kebabId)) {
    throw new EloquenceError('OPTION_INVALID', `'${kebabId}' cannot be the id of a contribution.`, {
      value: kebabId,
      hint:
        id === undefined
          ? 'Name it with --id: lower-case words joined by "-", beginning with a letter.'
          : 'Use lower-case words joined by "-", beginning with a letter: two-frames.',
    });
  }
  const suffix = `-${kind.toLowerCase()}`;
  const stem = kebabId.endsWith(suffix) ? kebabId.slice(0, -suffix.length) : kebabId;
  const pascalId = stem
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');
  return {
    packageName,
    id: kebabId,
    upperId: kebabId.replaceAll('-', '_').toUpperCase(),
    stem,
    pascalId,
    camelId: pascalId[0]!.toLowerCase() + pascalId.slice(1),
    folder,
  };
}
