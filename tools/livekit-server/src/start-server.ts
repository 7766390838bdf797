import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError, EloquenceError } from '@eloquence/plugin-api';
import type { LiveKitBinary } from './binary.js';
import {
  createKeys,
  pickPorts,
  renderServerConfig,
  type ServerKeys,
  type ServerPorts,
} from './server-config.js';
import type { FixedPorts, LiveKitServer, LiveKitServerOptions } from './livekit-server.js';
import { probeServer } from './probe.js';
import { ServerProcess } from './server-process.js';

const MAX_ATTEMPTS = 5;
const POLL_MS = 30;
const DEFAULT_READY_TIMEOUT_MS = 15_000;

/**
 * Starts a server on free ports of 127.0.0.1 and waits until it answers. Loses another process the race for a port,
 * it tries again with others, five times at most.
 *
 * @throws EloquenceError `PORT_TAKEN` for a fixed port that is in use, or if every attempt met a clash;
 *   `SERVER_FAILED` if the server died or never answered (its last log lines are the error's value);
 *   `ABORTED` by `options.signal`.
 */
export async function startLiveKitServer(
  binary: LiveKitBinary,
  options: LiveKitServerOptions = {},
): Promise<LiveKitServer> {
  const keys = createKeys();
  for (let attempt = 1; ; attempt++) {
    const ports = await choosePorts(options.ports);
    const server = await launch(binary, ports, keys, options);
    const failure = await waitUntilReady(server, ports, options);
    if (failure === undefined) return describe(server, binary, ports, keys);
    await server.stop();
    if (options.signal?.aborted === true) throw abortedError(options.signal);
    const log = server.readLogTail();
    const isClash = log.some((line) => line.includes('address already in use'));
    if (!isClash) {
      throw new EloquenceError(
        'SERVER_FAILED',
        `livekit-server ${failure}.\n  ${log.slice(-8).join('\n  ')}`,
        {
          value: { binary: binary.path, version: binary.version, log },
          hint: `Run \`${binary.path} --dev\` by hand to see why, or set LIVEKIT_URL to a server that runs.`,
        },
      );
    }
    if (attempt >= MAX_ATTEMPTS) {
      throw new EloquenceError(
        'PORT_TAKEN',
        `All of ${MAX_ATTEMPTS} sets of free ports were taken by others before the server started.`,
        {
          value: ports,
          hint: 'Close programs that open many ports, or name ports with the option `ports`.',
        },
      );
    }
  }
}

async function choosePorts(fixed: FixedPorts | undefined): Promise<ServerPorts> {
  try {
    return await pickPorts(fixed);
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      throw new EloquenceError(
        'PORT_TAKEN',
        `Port ${port} is ${code === 'EACCES' ? 'not allowed for this user' : 'already in use'}.`,
        {
          value: port,
          hint: 'Name another port, or leave ports out to have free ones chosen.',
          cause: error,
        },
      );
    }
    throw error;
  }
}

async function launch(
  binary: LiveKitBinary,
  ports: ServerPorts,
  keys: ServerKeys,
  options: LiveKitServerOptions,
): Promise<ServerProcess> {
  try {
    return await ServerProcess.start({
      binaryPath: binary.path,
      config: renderServerConfig(ports, keys, options.sctpMinCwnd),
      env: options.env ?? process.env,
      stopTimeoutMs: options.stopTimeoutMs,
      logLines: options.logLines,
    });
  } catch (error) {
    throw new EloquenceError(
      'SERVER_FAILED',
      `livekit-server could not be started: ${(error as Error).message}`,
      {
        value: binary.path,
        hint: 'Check that the file may be executed and that /bin/sh and the folder for temporary files exist.',
        cause: error,
      },
    );
  }
}

/** @returns `undefined` once the server answers, otherwise what happened instead. */
async function waitUntilReady(
  server: ServerProcess,
  ports: ServerPorts,
  options: LiveKitServerOptions,
): Promise<string | undefined> {
  const timeoutMs = options.readyTimeoutMs ?? DEFAULT_READY_TIMEOUT_MS;
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    if (options.signal?.aborted === true) return 'was cancelled';
    const silence = await probeServer(`http://127.0.0.1:${ports.httpPort}`, 1000);
    // An answer counts only while our server lives: somebody else may have got the port.
    if (server.exit !== undefined) {
      return `ended before it was ready (${server.exit.signal ?? `exit code ${server.exit.exitCode}`})`;
    }
    if (silence === undefined) return undefined;
    await sleep(POLL_MS);
  }
  return `did not answer within ${timeoutMs} ms`;
}

function describe(
  server: ServerProcess,
  binary: LiveKitBinary,
  ports: ServerPorts,
  keys: ServerKeys,
): LiveKitServer {
  return {
    kind: 'server',
    url: `ws://127.0.0.1:${ports.httpPort}`,
    ...keys,
    udpPort: ports.udpPort,
    tcpPort: ports.tcpPort,
    version: binary.version,
    source: binary.source,
    startedByUs: true,
    pid: server.pid,
    get hasExited() {
      return server.exit !== undefined;
    },
    onDidExit: server.onDidExit,
    readLogTail: () => server.readLogTail(),
    stop: () => server.stop(),
  };
}
