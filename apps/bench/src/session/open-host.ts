import type { SuiteContext } from '../suites/suite.js';
import { createRealHost, createSimulatedHost, type SessionHost } from '@eloquence/testbed';

/** Where the options say that sessions are to be held. */
export async function openSessionHost(context: SuiteContext): Promise<SessionHost> {
  return context.options.isSimulated ? createSimulatedHost() : await createRealHost(context);
}
