import type { IncomingMessage } from 'node:http';
import { EloquenceError } from '@eloquence/plugin-api';

/** Enough for the longest text in any script, with room for escapes. */
export const MAX_BODY_BYTES = 65_536;

/** A body that is longer than `MAX_BODY_BYTES`. */
export class BodyTooLongError extends EloquenceError {
  constructor() {
    super('OPTION_INVALID', `The body has more than ${MAX_BODY_BYTES} bytes.`, {
      hint: 'Send a shorter text.',
    });
  }
}

/**
 * Reads the JSON object that a request carries.
 *
 * @throws EloquenceError `OPTION_INVALID`; {@link BodyTooLongError} as soon as there is too much
 */
export async function readJsonBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers['content-type'] ?? '';
  // Forms and plain text, which foreign pages may post without asking, are not JSON.
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new EloquenceError('OPTION_INVALID', `The body is '${type.slice(0, 80)}', not JSON.`, {
      hint: 'Send Content-Type: application/json.',
    });
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLongError();
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) throw new BodyTooLongError();
    parts.push(part);
  }
  return parseObject(Buffer.concat(parts).toString('utf8'));
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EloquenceError('OPTION_INVALID', 'The body is not JSON.', {
      value: text.slice(0, 100),
      hint: 'Send one JSON object.',
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new EloquenceError('OPTION_INVALID', 'The body is not a JSON object.', {
    value: text.slice(0, 100),
    hint: 'Send one JSON object.',
  });
}
