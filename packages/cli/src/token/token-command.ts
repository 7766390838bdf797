import { EloquenceError } from '@eloquence/plugin-api';
import type { ApiKey } from '@eloquence/testbed';
import { type DefineProgram, nonEmpty } from '../command/run-program.js';

interface TokenFlags {
  readonly room: string;
  readonly identity: string;
  readonly ttl: string;
  readonly listenOnly?: true;
  readonly json?: true;
}

const helpText = `
Environment:
  LIVEKIT_API_KEY, LIVEKIT_API_SECRET
                         Key of the server; eloquence server prints those of
                         a local one

Example:
  eloquence token --room demo --identity agent`;

/** `eloquence token`. */
export const defineToken: DefineProgram = (program, { terminal, env }) => {
  program
    .command('token')
    .summary('Make an access token for a room')
    .description('Makes an access token that lets somebody into a room, and prints it.')
    .usage('--room <name> --identity <name> [options]')
    .requiredOption('--room <name>', 'Name of the room', nonEmpty)
    .requiredOption('--identity <name>', 'Whom the token lets in', nonEmpty)
    .option('--ttl <time>', 'How long it is valid, for example 90s, 10m, 6h, 2d', duration, '6h')
    .option(
      '--listen-only',
      'For a listener: no audio tracks, but data packets, which Eloquence answers with',
    )
    .option('--json', 'Print one JSON object on standard output')
    .addHelpText('after', helpText)
    .action(async ({ room, identity, ttl, listenOnly, json }: TokenFlags) => {
      const key = requireKey(env);
      const { createToken } = await import('@eloquence/testbed');
      const token = await createToken(key, identity, room, { ttl, canPublish: listenOnly !== true });
      terminal.out(json ? `${JSON.stringify({ token, room, identity, ttl }, null, 2)}\n` : `${token}\n`);
    });
};

/** @throws EloquenceError `OPTION_INVALID` */
function duration(text: string): string {
  if (/^[1-9]\d{0,8}[smhd]$/.test(text)) return text;
  throw new EloquenceError('OPTION_INVALID', `--ttl cannot be '${text}'.`, {
    value: text,
    hint: 'Give a whole number of seconds, minutes, hours or days, for example 90s, 10m, 6h, 2d.',
  });
}

/** @throws EloquenceError `CONFIGURATION_INVALID` */
export function requireKey(env: NodeJS.ProcessEnv): ApiKey {
  const { LIVEKIT_API_KEY: apiKey = '', LIVEKIT_API_SECRET: apiSecret = '' } = env;
  if (apiKey !== '' && apiSecret !== '') return { apiKey, apiSecret };
  const missing = apiKey === '' ? 'LIVEKIT_API_KEY' : 'LIVEKIT_API_SECRET';
  throw new EloquenceError('CONFIGURATION_INVALID', `${missing} is not set.`, {
    value: missing,
    hint: 'Set the key of your server in the environment; eloquence server prints that of a local one.',
  });
}
