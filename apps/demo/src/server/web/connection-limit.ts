import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps the number of connections limited and lets newcomers in all the same: where there are too many, the one goes
 * that has waited longest for its request, or else the one that has taken longest to take its answer.
 *
 * @param isKept answers that last by intention; fewer than `most` at a time
 */
export function limitConnections(
  server: Server,
  most: number,
  isKept: (response: ServerResponse) => boolean,
): void {
  /** Without a request; the longest first. */
  const waiting = new Set<Socket>();
  /** Being answered; the longest first. */
  const answered = new Map<Socket, ServerResponse>();

  const evict = (): void => {
    const [stuck] = [...answered].find(([, response]) => !isKept(response)) ?? [];
    const [victim = stuck] = waiting;
    victim?.destroy();
  };

  server.on('connection', (socket) => {
    if (waiting.size + answered.size >= most) evict();
    waiting.add(socket);
    socket.once('close', () => {
      waiting.delete(socket);
      answered.delete(socket);
    });
  });
  server.prependListener('request', ({ socket }, response) => {
    waiting.delete(socket);
    answered.set(socket, response);
    response.once('close', () => {
      if (answered.delete(socket) && !socket.destroyed) waiting.add(socket);
    });
  });
}
