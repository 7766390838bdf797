import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '@eloquence/plugin-api';
import type { Problem, Refusal } from '../../protocol.js';
import { toProblem } from '../problems.js';

/** Statuses of errors that are not the caller's fault. */
const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
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

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

export function refuse(response: ServerResponse, status: number, error: Problem): void {
  // What is left of the body is not read: the connection cannot be used again.
  if (status === 413) response.setHeader('Connection', 'close');
  sendJson(response, status, { ok: false, error } satisfies Refusal);
}

/** Answers with what was thrown. */
export function refuseError(response: ServerResponse, error: unknown): void {
  const problem = toProblem(error);
  refuse(response, STATUS_OF_CODE[problem.code as ErrorCode] ?? 400, problem);
}
