import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, EloquenceError } from '@eloquence/plugin-api';
import type { ClockAnswer, Problem, Refusal } from '../../protocol.js';
import type { DemoService } from '../demo-service.js';
import { toProblem } from '../problems.js';
import { asRecord } from '../parse-requests.js';
import { checkCaller } from './check-caller.js';
import type { EventStreams } from './event-streams.js';

/** Enough for the longest text in any script, with room for escapes. */
export const maxBodyBytes = 65_536;

type App = { Bindings: HttpBindings };

/** Statuses of errors that are not the caller's fault. */
const statusOfCode: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  SERVER_UNAVAILABLE: 503,
  SERVER_FAILED: 503,
  NO_RECEIVER: 409,
  CONNECTION_LOST: 503,
  DISPOSED: 503,
  ABORTED: 409,
  TTS_FAILED: 500,
  IO_FAILED: 500,
  INTERNAL: 500,
};

/**
 * Isolation lets the page share memory with its audio thread. The policy allows no inline script: the player's worker
 * and worklet come from its one file as `blob:`, its decoder is WebAssembly, and LiveKit is reached over WebSocket on
 * whatever loopback port it has.
 */
const securityHeaders = secureHeaders({
  crossOriginEmbedderPolicy: true,
  xFrameOptions: 'DENY',
  // There is no certificate for loopback.
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", 'blob:', "'wasm-unsafe-eval'"],
    workerSrc: ["'self'", 'blob:'],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    mediaSrc: ["'self'", 'blob:', 'mediastream:'],
    connectSrc: ["'self'", 'ws:', 'wss:', 'http://127.0.0.1:*', 'http://localhost:*'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

export interface WebAppOptions {
  readonly service: DemoService;
  readonly streams: EventStreams;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** Port that the server listens on. */
  readonly port: () => number;
}

/** Everything that the demo's server answers. */
export function createWebApp({ service, streams, pageFolder, port }: WebAppOptions): Hono<App> {
  const app = new Hono<App>();
  app.use(securityHeaders);
  app.use(async (c, next) => {
    const problem = checkCaller(c.req.raw, port());
    if (problem !== undefined) return refuse(c, 403, problem);
    if (!['GET', 'HEAD', 'POST'].includes(c.req.method)) {
      c.header('Allow', 'GET, HEAD, POST');
      return refuse(c, 405, notHere(`${c.req.method} is not understood`));
    }
    c.header('Cache-Control', 'no-store');
    return await next();
  });

  app.get('/events', (c) => {
    const isHead = c.req.method === 'HEAD';
    return (isHead ? undefined : streams.open(c)) ?? refuse(c, 503, tooManyPages);
  });
  app.get('/api/clock', (c) => c.json({ serverMs: service.nowMs() } satisfies ClockAnswer));
  app.get('/api/session', async (c) => c.json(await service.openSession()));

  const limited = bodyLimit({ maxSize: maxBodyBytes, onError: (c) => refuse(c, 413, tooLong) });
  for (const [path, handle] of Object.entries(service.handlers))
    app.post(path, limited, async (c) => c.json(await handle(await readJson(c))));

  app.get('*', async (c, next) => {
    if (!(await isInside(pageFolder, c.req.path))) return c.notFound();
    // Names under assets/ carry a digest of what is in them.
    const isForever = c.req.path.startsWith('/assets/');
    c.header('Cache-Control', isForever ? 'public, max-age=31536000, immutable' : 'no-cache');
    return await next();
  });
  app.get('*', serveStatic({ rewriteRequestPath: (path) => join(pageFolder, path) }));

  app.notFound((c) => {
    if (c.req.path === '/' && c.req.method === 'GET') return refuse(c, 503, notBuilt);
    return refuse(c, 404, notHere('There is nothing at this address'));
  });
  app.onError((error, c) => {
    const problem = toProblem(error);
    return refuse(c, statusOfCode[problem.code as ErrorCode] ?? 400, problem);
  });
  return app;
}

const hint = 'Open the address that the demo printed.';
const notHere = (message: string): Problem => ({ code: 'OPTION_INVALID', message: `${message}.`, hint });
const tooManyPages = {
  code: 'OPTION_INVALID',
  message: 'Too many pages are open.',
  hint: 'Close some of them.',
};
const notBuilt = {
  code: 'IO_FAILED',
  message: 'The page has not been built.',
  hint: 'Run: npx nx build @eloquence/demo',
};
const tooLong = {
  code: 'OPTION_INVALID',
  message: `The body has more than ${maxBodyBytes} bytes.`,
  hint: 'Send a shorter text.',
};

function refuse(c: Context, status: ContentfulStatusCode, error: Problem): Response {
  c.header('Cache-Control', 'no-store');
  // What is left of the body is not read: the connection cannot be used again.
  if (status === 413) c.header('Connection', 'close');
  return c.json({ ok: false, error } satisfies Refusal, status);
}

/** @throws EloquenceError `OPTION_INVALID` if the body is not one JSON object */
async function readJson(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const type = c.req.header('content-type') ?? '';
  // Forms and plain text, which foreign pages may post without asking, are not JSON.
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new EloquenceError('OPTION_INVALID', `The body is '${type.slice(0, 80)}', not JSON.`, {
      hint: 'Send Content-Type: application/json.',
    });
  const text = await c.req.text();
  try {
    return asRecord(JSON.parse(text));
  } catch (cause) {
    throw new EloquenceError('OPTION_INVALID', 'The body is not a JSON object.', {
      value: text.slice(0, 100),
      hint: 'Send one JSON object.',
      cause,
    });
  }
}

/** Links are followed, so that none leads out of the folder: `serveStatic` would follow it. */
async function isInside(folder: string, path: string): Promise<boolean> {
  try {
    const file = await realpath(join(folder, path));
    return `${file}${sep}`.startsWith(`${await realpath(folder)}${sep}`);
  } catch {
    return false;
  }
}
