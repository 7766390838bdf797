import { describe, expect, it } from 'vitest';
import { describeConnectError } from './connect-error.js';

const token =
  'eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZX19.lZQEBE4qMMRoc5SfV1zs2YpVRcGCTbR2aOIKb6lkBJg';

describe('describeConnectError', () => {
  it.each([
    [
      'engine: signal failure: client error: 401 Unauthorized - invalid token: T, error: token has invalid claims: token is expired',
      'CONNECT_UNAUTHORIZED',
      'expired',
    ],
    [
      'engine: signal failure: client error: 401 Unauthorized - invalid token: T, error: token signature is invalid: signature is invalid',
      'CONNECT_UNAUTHORIZED',
      'secret',
    ],
    [
      'engine: signal failure: client error: 401 Unauthorized - invalid API key: nokey',
      'CONNECT_UNAUTHORIZED',
      'API key',
    ],
    [
      'engine: signal failure: client error: 401 Unauthorized - invalid authorization token',
      'CONNECT_UNAUTHORIZED',
      'token',
    ],
    [
      'engine: signal failure: client error: 401 Unauthorized - permissions denied',
      'CONNECT_UNAUTHORIZED',
      'token',
    ],
    ['engine: signal failure: client error: 404 Not Found - 404 page not found', 'CONNECT_FAILED', 'path'],
    [
      'engine: signal failure: transport connection error: IO error: Connection refused (os error 111)',
      'CONNECT_FAILED',
      'nothing accepts',
    ],
    [
      'engine: signal failure: transport connection error: IO error: failed to lookup address information',
      'CONNECT_FAILED',
      'host name',
    ],
    ['something new', 'CONNECT_FAILED', 'something new'],
    ['', 'CONNECT_FAILED', 'no reason'],
  ])('%s', (said, code, part) => {
    const error = describeConnectError('ws://127.0.0.1:7880', new Error(said.replace('T,', `${token},`)));
    expect(error).toMatchObject({ code, value: 'ws://127.0.0.1:7880' });
    expect(error.message).toContain("'ws://127.0.0.1:7880'");
    expect(error.message).toContain(part);
    expect(error.hint).toBeTruthy();
  });

  it('never repeats a token', () => {
    const error = describeConnectError('ws://h', new Error(`odd: ${token} GET /rtc?access_token=abc&x=1`));
    expect(`${error.message} ${String((error.cause as Error).message)}`).not.toMatch(/eyJ|abc/);
  });
});
