/**
 * `registered` → `activating` → `active` → `quarantined` → `disposed`. `incompatible` plugins need another version
 * of the API, or a part of it that is not offered, and are never loaded; `failed` ones did not pass a check or did
 * not activate; `disabled` ones are kept out by the application until it enables them.
 */
export type PluginState =
  | 'registered'
  | 'incompatible'
  | 'failed'
  | 'disabled'
  | 'activating'
  | 'active'
  | 'quarantined'
  | 'disposed';
