import { EloquenceError } from '@eloquence/plugin-api';

interface Diagnosis {
  readonly pattern: RegExp;
  readonly code: 'CONNECT_FAILED' | 'CONNECT_UNAUTHORIZED';
  readonly reason: string;
  readonly hint: string;
}

const checkAddress = 'Check that the server runs, and host, port and ws:// or wss:// of the URL.';

/** What livekit-server (v1.13) and the native client say, from the particular to the general. */
const diagnoses: readonly Diagnosis[] = [
  {
    pattern: /expired/i,
    code: 'CONNECT_UNAUTHORIZED',
    reason: 'the token has expired',
    hint: 'Make a new token, and compare the clocks of the machine that makes it and of the server.',
  },
  {
    pattern: /not valid yet|nbf/i,
    code: 'CONNECT_UNAUTHORIZED',
    reason: 'the token is not valid yet',
    hint: 'Compare the clocks of the machine that makes the token and of the server.',
  },
  {
    pattern: /invalid api key/i,
    code: 'CONNECT_UNAUTHORIZED',
    reason: 'the server does not know the API key of the token',
    hint: "Use a key from the server's configuration, and check that this is the right server.",
  },
  {
    pattern: /signature/i,
    code: 'CONNECT_UNAUTHORIZED',
    reason: 'the token is signed with another secret than the one of its API key',
    hint: 'Check the API secret that the token is made with.',
  },
  {
    pattern: /\b401\b|unauthorized|authorization/i,
    code: 'CONNECT_UNAUTHORIZED',
    reason: 'the server does not accept the token',
    hint: 'Check that the token is a LiveKit access token, whole, and made with the API key of this server.',
  },
  {
    pattern: /\b403\b|permission|forbidden/i,
    code: 'CONNECT_UNAUTHORIZED',
    reason: 'the token does not permit joining this room',
    hint: 'Give the token the grants roomJoin and room.',
  },
  {
    pattern: /parse the url|relative url|invalid url|unsupported url|invalid port/i,
    code: 'CONNECT_FAILED',
    reason: 'this is not a URL of a LiveKit server',
    hint: 'A LiveKit URL looks like ws://127.0.0.1:7880 or wss://host.',
  },
  {
    pattern: /refused/i,
    code: 'CONNECT_FAILED',
    reason: 'nothing accepts connections at this address',
    hint: checkAddress,
  },
  {
    pattern: /lookup address|name or service|dns/i,
    code: 'CONNECT_FAILED',
    reason: 'the host name is not known',
    hint: 'Check the host in the URL for a typing error, and the name service of this machine.',
  },
  {
    pattern: /\b404\b|not found/i,
    code: 'CONNECT_FAILED',
    reason: 'there is a server, but no LiveKit at this path',
    hint: 'Leave the path out of the URL, and check that the port is that of LiveKit.',
  },
  {
    pattern: /tls|ssl|certificate/i,
    code: 'CONNECT_FAILED',
    reason: 'the encrypted connection was refused',
    hint: 'Use wss:// only where the server has a certificate, and ws:// elsewhere.',
  },
];

/** Says what a failed connection attempt means. The error never contains the token. */
export function describeConnectError(url: string, error: unknown): EloquenceError {
  const said = withoutTokens(error instanceof Error ? error.message : String(error));
  const found = diagnoses.find(({ pattern }) => pattern.test(said));
  const reason = found?.reason ?? (said === '' ? 'the server gave no reason' : said);
  return new EloquenceError(found?.code ?? 'CONNECT_FAILED', `Cannot connect to '${url}': ${reason}.`, {
    value: url,
    hint: found?.hint ?? checkAddress,
    cause: new Error(said),
  });
}

/** Servers repeat the token in their answers; whoever can read a log could join the room with it. */
function withoutTokens(message: string): string {
  return message
    .replace(/\b[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '<token>')
    .replace(/access_token=[^&\s]+/g, 'access_token=<token>')
    .trim();
}
