import { ensureLiveKitBinary, type LiveKitServer, startLiveKitServer } from '@eloquence/livekit-server';
import { connectRoom, createRoomChannel } from '@eloquence/livekit-adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment, descendantsOf, isRunning, runJson, startCli } from '../testing/run-cli.js';
import { createToken } from '@eloquence/testbed';

const SENTENCE = 'This sentence exists before you hear it, so all of it can be sent ahead of time.';

let server: LiveKitServer;
let env: Record<string, string>;

beforeEach(async () => {
  const binary = await ensureLiveKitBinary({ env: cleanEnvironment() });
  if (!('path' in binary)) throw new Error(binary.reason);
  server = await startLiveKitServer(binary);
  env = {
    LIVEKIT_URL: server.url,
    LIVEKIT_API_KEY: server.apiKey,
    LIVEKIT_API_SECRET: server.apiSecret,
    LIVEKIT_UDP_PORT: String(server.udpPort),
  };
});

afterEach(() => server.stop());

const speaking = ['speak', SENTENCE, '--tts-speed', '1', '--lane', 'data', '--cold', '--json'];

/** Waits until speech is under way. */
async function startSpeaking(args: readonly string[] = speaking): Promise<ReturnType<typeof startCli>> {
  const cli = startCli(args, env, 40_000);
  await cli.sawOnStderr('ok: connecting');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return cli;
}

describe('what happens mid-utterance', () => {
  it('tells that the server died, and leaves no process behind', async () => {
    const cli = await startSpeaking();
    const children = descendantsOf(cli.process.pid ?? -1);
    expect(children.length).toBeGreaterThanOrEqual(2);
    await server.stop();
    const { exitCode, stderr } = await cli.done;
    expect(stderr).toMatch(/^error (CONNECTION_LOST|SERVER_FAILED|RECEIVER_LEFT): .+\nhint: /m);
    expect(exitCode).toBe(1);
    expect(children.filter(({ pid }) => isRunning(pid))).toEqual([]);
  });

  it('tells that the listener left', async () => {
    const cli = await startSpeaking();
    const listener = descendantsOf(cli.process.pid ?? -1).find(({ command }) =>
      command.includes('listener-process'),
    );
    expect(listener).toBeDefined();
    process.kill(listener?.pid ?? NaN, 'SIGKILL');
    const { exitCode, stdout, stderr } = await cli.done;
    expect(stderr).toMatch(/^error RECEIVER_LEFT: .+\nhint: /m);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'RECEIVER_LEFT' } });
    expect(exitCode).toBe(1);
  });

  it('ends everything on Ctrl-C and on SIGTERM', async () => {
    const endBy = async (signal: NodeJS.Signals): Promise<number | null> => {
      const cli = await startSpeaking();
      const children = descendantsOf(cli.process.pid ?? -1);
      expect(children.length).toBeGreaterThanOrEqual(2);
      cli.process.kill(signal);
      const { exitCode } = await cli.done;
      expect(children.filter(({ pid }) => isRunning(pid))).toEqual([]);
      return exitCode;
    };
    expect(await Promise.all([endBy('SIGINT'), endBy('SIGTERM')])).toEqual([130, 143]);
  });

  it('leaves no process behind even when it is killed', async () => {
    const cli = await startSpeaking();
    const children = descendantsOf(cli.process.pid ?? -1);
    cli.process.kill('SIGKILL');
    await cli.done;
    for (let tries = 0; tries < 50 && children.some(({ pid }) => isRunning(pid)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(children.filter(({ pid }) => isRunning(pid))).toEqual([]);
  });

  it('ignores and counts malformed packets of another participant', async () => {
    const hostile = await connectRoom({ url: server.url, token: await createToken(server, 'x', 'hostile') });
    const channel = createRoomChannel(hostile);
    const packets = [
      [],
      [0],
      [1],
      [1, 255],
      [255, 1, 2, 3],
      Array.from({ length: 400 }, (_, at) => (at * 37) & 255),
    ];
    let sent = 0;
    const timer = setInterval(() => {
      const packet = Uint8Array.from(packets[sent++ % packets.length] ?? []);
      void channel.send(packet, { reliable: sent % 2 === 0 }).catch(() => undefined);
    }, 20);
    try {
      const result = await runJson(
        ['speak', 'All of it is here.', '--instant', '--cold', '--lane', 'data', '--room', 'hostile'],
        env,
      );
      expect(result).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
      expect(result['sha256Heard']).toBe(result['sha256Sent']);
      expect(Number(result['packetsMalformed']) + Number(result['packetsUnknown'])).toBeGreaterThan(10);
    } finally {
      clearInterval(timer);
      channel.dispose();
      await hostile.disconnect();
    }
  });
});
