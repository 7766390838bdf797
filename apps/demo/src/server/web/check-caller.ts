import type { IncomingMessage } from 'node:http';
import type { Problem } from '../../protocol.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a request comes from a page of this server. A foreign page may make a browser send requests here, under its
 * own `Origin`; one whose name was pointed at this machine (DNS rebinding) sends its own `Host`. Both are refused.
 *
 * @returns why not; `undefined` if it does
 */
export function checkCaller({ method, headers }: IncomingMessage, port: number): Problem | undefined {
  const { host, origin } = headers;
  if (!isOurs(`http://${host ?? ''}`, port))
    return problem(`The Host '${shorten(host)}' is not this server's.`);
  if (origin !== undefined && !isOurs(origin, port))
    return problem(`Pages of '${shorten(origin)}' may not use this server.`);
  if (headers['sec-fetch-site'] === 'cross-site' && method !== 'GET')
    return problem('Pages of other sites may not use this server.');
  return undefined;
}

function isOurs(address: string, port: number): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'http:' && LOOPBACK.test(url.hostname) && Number(url.port || 80) === port;
}

function problem(message: string): Problem {
  return {
    code: 'OPTION_INVALID',
    message,
    hint: 'Open the address that the demo printed, on the same machine.',
  };
}

function shorten(text: string | undefined): string {
  return (text ?? '').slice(0, 80);
}
