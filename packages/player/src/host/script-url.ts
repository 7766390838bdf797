import { type Disposable, toDisposable } from '@eloquence/plugin-api';

export interface ScriptUrl extends Disposable {
  readonly url: string;
}

/**
 * Where a script can be loaded from: the address that the page names, or the code in the bundle as a blob, or the
 * file beside this module. Dispose it when the script is loaded.
 */
export function openScript(
  named: string | URL | undefined,
  source: string | undefined,
  file: string,
): ScriptUrl {
  if (named !== undefined) return { url: String(named), dispose() {} };
  if (source === undefined) return { url: new URL(file, import.meta.url).href, dispose() {} };
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return { url, ...toDisposable(() => URL.revokeObjectURL(url)) };
}
