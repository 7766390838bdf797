import type { SuiteContext } from '../suites/suite.js';
import type { SessionHost } from './bench-session.js';
import { createRealHost } from './real-host.js';
import { createSimulatedHost } from './simulated-host.js';

/** Where the options say that sessions are to be held. */
export async function openSessionHost(context: SuiteContext): Promise<SessionHost> {
  return context.options.isSimulated ? createSimulatedHost() : await createRealHost(context);
}
