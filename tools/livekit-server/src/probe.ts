import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * Asks a LiveKit server's HTTP side for a sign of life. Any HTTP status below 500 is one: proxies in front of a
 * server may refuse the bare path.
 *
 * @param url `ws:`, `wss:`, `http:` or `https:` address.
 * @returns `undefined` if it answered, otherwise why not.
 */
export function probeServer(url: string, timeoutMs: number): Promise<string | undefined> {
  const target = new URL(url);
  target.protocol = target.protocol === 'wss:' || target.protocol === 'https:' ? 'https:' : 'http:';
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    // A deadline for the whole exchange: the socket's own timeout is about silence only.
    const deadline = AbortSignal.timeout(timeoutMs);
    const outgoing = request(
      target,
      { agent: false, signal: deadline, headers: { connection: 'close' } },
      (response) => {
        const status = response.statusCode ?? 0;
        response.resume();
        resolve(status > 0 && status < 500 ? undefined : `HTTP status ${status}`);
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      resolve(deadline.aborted ? `no answer within ${timeoutMs} ms` : (error.code ?? error.message));
    });
    outgoing.end();
  });
}
