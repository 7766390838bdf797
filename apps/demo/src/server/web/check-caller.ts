import type { Problem } from '../../protocol.js';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Tells whether a request comes from a page of this server, or from a program on this machine. A foreign page may make
 * a browser send requests here: it then tells its own `Origin` or `Sec-Fetch-Site`. A page whose name was pointed at
 * this machine (DNS rebinding) tells its own `Host`. All of them are refused; links that lead here may be followed.
 *
 * hono's `csrf` lets pass what no form can send, and every GET; both would be too much here.
 *
 * @returns why not; `undefined` if it does
 */
export function checkCaller({ method, url, headers }: Request, port: number): Problem | undefined {
  const host = headers.get('host');
  const origin = headers.get('origin');
  if (!isOurs(`http://${host ?? ''}`, port))
    return problem(`The Host '${shorten(host)}' is not this server's.`);
  if (origin !== null && !isOurs(origin, port))
    return problem(`Pages of '${shorten(origin)}' may not use this server.`);
  // Absent where no browser asks, `none` where the user typed the address; `same-site` is another port.
  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return undefined;
  const isLinkToPage =
    method === 'GET' &&
    new URL(url).pathname === '/' &&
    headers.get('sec-fetch-mode') === 'navigate' &&
    headers.get('sec-fetch-dest') === 'document';
  return isLinkToPage ? undefined : problem('Pages of other sites may not use this server.');
}

function isOurs(address: string, port: number): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'http:' && loopback.test(url.hostname) && Number(url.port || 80) === port;
}

function problem(message: string): Problem {
  return {
    code: 'OPTION_INVALID',
    message,
    hint: 'Open the address that the demo printed, on the same machine.',
  };
}

function shorten(text: string | null): string {
  return (text ?? '').slice(0, 80);
}
