import { randomBytes } from 'node:crypto';
import { AsyncDisposableStack } from '@eloquence/base';
import type { Clock } from '@eloquence/plugin-api';
import { createToken, openTestServer, type TestServer } from '@eloquence/testbed';
import type { ArmId } from '../../protocol.js';
import { ArmRoom } from '../arms/arm-room.js';
import { EloquenceArm } from '../arms/eloquence-arm.js';
import { LoopArm } from '../arms/loop-arm.js';
import { TrackArm } from '../arms/track-arm.js';
import { EventFeed } from '../event-feed.js';
import type { DemoService } from '../demo-service.js';
import { EmulatedLinks, notEmulated } from '../network/emulated-links.js';
import { PluginPanel } from '../plugins/plugin-panel.js';
import { Problems, toProblem } from '../problems.js';
import { armIds } from '../parse-requests.js';
import { DemoVoice } from '../speech/demo-voice.js';
import { AdaptationFeed } from './adaptation-feed.js';
import { ArmCrew } from './arm-crew.js';
import { OfflineShowcase } from './offline-showcase.js';
import { Showcase, SPEAKER } from './showcase.js';

const connectionLost = 'The speaker lost its connection to the LiveKit server.';
const hint = 'Start the demo again.';

export interface OpenShowcaseOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly seed: number;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (message: string) => void;
}

/** The service, and how to end all that it started. */
export interface OpenedShowcase {
  readonly service: DemoService;
  readonly kind: 'real' | 'simulated';
  /** LiveKit server started by us; for tests. */
  readonly server: TestServer | undefined;
  close(): Promise<void>;
}

/**
 * Starts everything behind the page: server, links, voice, and a speaker in each arm's room.
 *
 * @throws EloquenceError what these throw; nothing stays open then
 */
export async function openShowcase(options: OpenShowcaseOptions): Promise<OpenedShowcase> {
  const { clock, signal, env, onProgress } = options;
  const resources = new AsyncDisposableStack();
  try {
    const eventFeed = new EventFeed(clock);
    resources.defer(() => eventFeed.dispose());
    const server = await openTestServer({ env, signal, onProgress });
    if (!('url' in server)) {
      const service = new OfflineShowcase(eventFeed, clock, server);
      return { service, kind: 'simulated', server: undefined, close: () => resources.disposeAsync() };
    }
    resources.defer(() => server.stop());
    const service = await openOnline(options, server, eventFeed, resources);
    return { service, kind: 'real', server, close: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync().catch(() => undefined);
    throw error;
  }
}

async function openOnline(
  { clock, signal, seed, onProgress }: OpenShowcaseOptions,
  server: TestServer,
  eventFeed: EventFeed,
  resources: AsyncDisposableStack,
): Promise<Showcase> {
  const problems = new Problems(eventFeed);
  server.died.catch(() =>
    problems.raise({ code: 'SERVER_FAILED', message: 'The LiveKit server has ended.', hint }),
  );

  onProgress('emulated links');
  const links = await EmulatedLinks.open({
    server,
    arms: armIds,
    seed,
    clock,
    onDidChange: (network) => eventFeed.post('network', { network }),
  });
  resources.defer(() => links.close());
  if (!links.state.isEmulated) problems.raise(toProblem(notEmulated()));

  onProgress('voice');
  const voice = await DemoVoice.open(clock);
  resources.defer(() => voice.dispose());

  onProgress('speakers');
  const run = randomBytes(4).toString('hex');
  const rooms = new Map<ArmId, string>(armIds.map((arm) => [arm, `eloquence-demo-${run}-${arm}`]));
  const enter = async (arm: ArmId): Promise<ArmRoom> => {
    const token = await createToken(server, SPEAKER, rooms.get(arm) ?? '');
    const room = await ArmRoom.open({ url: server.url, token, clock, signal });
    room.onDidChange(() => {
      if (room.isLost) problems.raise({ code: 'CONNECTION_LOST', message: connectionLost, hint, arm });
    });
    // For a failure before the arm owns it; to close twice does no harm.
    resources.defer(() => room.close());
    return room;
  };
  const panel = new PluginPanel((conditions, forecast) => feed.forecast(conditions, forecast));
  const feed = new AdaptationFeed(eventFeed, () => panel.state());
  const eloquence = new EloquenceArm({
    room: await enter('eloquence'),
    streamer: panel.streamerOptions(),
    profile: () => panel.profile,
    onEvent: (event) => feed.publish(event),
  });
  panel.attach(eloquence.streamer);
  const arms = [
    await LoopArm.open(await enter('legacy')),
    await TrackArm.open(await enter('track')),
    eloquence,
  ];
  const crew = new ArmCrew(arms, eventFeed, problems, clock);
  resources.defer(() => crew.dispose());
  const { url, version = null, apiKey, apiSecret } = server;
  const showcase = new Showcase({
    server: { kind: 'real', url, version, reason: null, hint: null, apiKey, apiSecret },
    rooms,
    eventFeed,
    problems,
    links,
    crew,
    panel,
    voice,
    clock,
  });
  resources.defer(() => showcase.dispose());
  return showcase;
}
