import type { Clock } from '../base/clock.js';

/**
 * Parts of the API that are not final. A plugin gets one if its manifest names it in `enabledApiProposals` and the
 * application offers it; without both it is absent. A proposal may change in any release, and goes away when it
 * becomes part of the API.
 */
export interface ApiProposals {
  /** The clock of the host, for plugins that wait or measure. */
  readonly clock: Clock;
}

/** Names that a manifest may give in `enabledApiProposals`. */
export type ApiProposalName = keyof ApiProposals;

/** All names of proposals. */
export const apiProposalNames: readonly ApiProposalName[] = ['clock'];
