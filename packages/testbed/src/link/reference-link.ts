import { REFERENCE_LINKS, type AccessLink } from '@eloquence/netlab';
import { EloquenceError } from '@eloquence/plugin-api';

/** @throws EloquenceError `LINK_INVALID` if there is no such reference link */
export function referenceLink(name: string): AccessLink {
  const link = Object.hasOwn(REFERENCE_LINKS, name) ? REFERENCE_LINKS[name] : undefined;
  if (link === undefined)
    throw new EloquenceError('LINK_INVALID', `There is no link '${name}'.`, { value: name });
  return link;
}
