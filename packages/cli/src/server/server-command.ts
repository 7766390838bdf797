import { parseNumber } from '@eloquence/base';
import { createSystemClock } from '@eloquence/plugin-api';
import type { DefineProgram } from '../command/run-program.js';
import { createProgress } from '../terminal/progress.js';

const keepAliveMs = 60_000;

interface ServerFlags {
  readonly port?: number;
  readonly json?: true;
}

const helpText = `
In another terminal:
  export LIVEKIT_URL=… LIVEKIT_API_KEY=… LIVEKIT_API_SECRET=…
  eloquence listen --room demo
  eloquence speak "Hello out there." --room demo --no-listener`;

/** `eloquence server`. */
export const defineServer: DefineProgram = (program, { terminal, env, signal }) => {
  program
    .command('server')
    .summary('Run a LiveKit server on this machine')
    .description(
      'Runs a LiveKit server on this machine until it is interrupted, and prints its address and key as variables of the environment.',
    )
    .usage('[options]')
    .option('--port <n>', 'Port of its signalling (1–65535); a free one if left out', (text) =>
      parseNumber('--port', text, { min: 1, max: 65_535, isInteger: true }),
    )
    .option('--json', 'Print one JSON object on standard output')
    .addHelpText('after', helpText)
    .action(async ({ port, json }: ServerFlags) => {
      const progress = createProgress(terminal, createSystemClock());
      const { requireTestServer } = await import('@eloquence/testbed');
      progress.step('starting a LiveKit server');
      const server = await requireTestServer({
        // A server of the environment's is there already.
        env: { ...env, LIVEKIT_URL: undefined },
        ...{ signal, httpPort: port },
        onProgress: (message) => progress.update(message),
      }).finally(() => (signal.aborted ? progress.fail() : progress.done()));
      // A server that was started does not keep its process alive.
      const alive = setInterval(() => undefined, keepAliveMs);
      try {
        const { url, apiKey, apiSecret, udpPort, tcpPort, version } = server;
        const variables = {
          LIVEKIT_URL: url,
          LIVEKIT_API_KEY: apiKey,
          LIVEKIT_API_SECRET: apiSecret,
          LIVEKIT_UDP_PORT: udpPort,
          LIVEKIT_TCP_PORT: tcpPort,
        };
        const lines = Object.entries(variables).flatMap(([name, value]) =>
          value === undefined ? [] : `${name}=${value}\n`,
        );
        terminal.out(
          json ? `${JSON.stringify({ ...variables, version: version ?? null })}\n` : lines.join(''),
        );
        const interrupted = new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          else signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await Promise.race([interrupted, server.died]);
      } finally {
        clearInterval(alive);
        await server.stop();
      }
    });
};
