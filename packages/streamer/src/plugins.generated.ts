// Generated from the manifests of this package's plugins by tools/workspace/plugin-registry.mjs. Do not edit.
import type { PluginDescriptor } from '@eloquence/plugin-api';

/** The plugins that this package depends on, with their manifests; their code loads when needed. */
export const generatedPlugins: readonly PluginDescriptor[] = [
  {
    manifest: {
      name: '@eloquence/batching',
      version: '0.1.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { batchers: [{ id: 'deadline' }, { id: 'fixed' }] },
    },
    load: () => import('@eloquence/batching/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/compression',
      version: '0.1.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { codecs: [{ id: 'opus' }, { id: 'pcm' }] },
    },
    load: () => import('@eloquence/compression/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/livekit-adapter',
      version: '0.1.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { transports: [{ id: 'livekit' }] },
    },
    load: () => import('@eloquence/livekit-adapter/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/profiles',
      version: '0.1.0',
      engines: { eloquence: '^2.0.0' },
      contributes: {
        profiles: [
          { id: 'ULTRA_PERFORMANCE', isAutomatic: true },
          { id: 'BALANCED_OPTIMAL', isAutomatic: true, isInitial: true },
          { id: 'HIGH_THROUGHPUT', isAutomatic: true },
          { id: 'EMERGENCY_FALLBACK', isAutomatic: true },
        ],
        policies: [{ id: 'adaptive' }],
        rules: [
          { id: 'high-rtt-prior' },
          { id: 'silence' },
          { id: 'round-trip' },
          { id: 'rate' },
          { id: 'loss' },
          { id: 'jitter' },
          { id: 'change' },
          { id: 'low-bandwidth-tuning' },
          { id: 'fast-protection' },
          { id: 'loss-evidence' },
        ],
        forecasters: [{ id: 'holt' }, { id: 'online-regression' }],
        configuration: {
          type: 'object',
          properties: {
            decisionIntervalMs: {
              type: 'number',
              minimum: 0,
              default: 50,
              description:
                'Reports that bring nothing new are not all worth a decision: least time between two, ms.',
            },
            riseMargin: {
              type: 'number',
              minimum: 0,
              default: 1.3,
              description: 'How much better than needed a link must be to go up, as a factor.',
            },
            rttPoorMs: {
              type: 'number',
              minimum: 0,
              default: 600,
              description: 'A link is poor above this round trip, ms.',
            },
            ratePoorFactor: {
              type: 'number',
              minimum: 0,
              default: 1.5,
              description:
                'A link is poor that carries less than this multiple of the fair profile’s bitrate.',
            },
            rateFairFactor: {
              type: 'number',
              minimum: 0,
              default: 4,
              description:
                'A link is at most fair that carries less than this multiple of the good profile’s bitrate.',
            },
            lossPoorPercent: {
              type: 'number',
              minimum: 0,
              default: 3,
              description: 'A link is poor above this loss: retransmissions no longer suffice, %.',
            },
            lossFairPercent: {
              type: 'number',
              minimum: 0,
              default: 1.05,
              description: 'A link is at most fair above this loss, %.',
            },
            lossMinPackets: {
              type: 'number',
              minimum: 0,
              default: 60,
              description: 'Fewer packets since a change are not enough to call a link poor for their loss.',
            },
            lossRisePackets: {
              type: 'number',
              minimum: 0,
              default: 16,
              description: 'Packets that the loss must rest on before a link is taken for good.',
            },
            lossRisePoorPackets: {
              type: 'number',
              minimum: 0,
              default: 30,
              description:
                'Packets that it takes to lift a link from poor, where the loss is not negligible.',
            },
            lossUnprovenPercent: {
              type: 'number',
              minimum: 0,
              default: 1.5,
              description: 'Loss above which fewer packets than that do not lift a link from poor, %.',
            },
            lossDeviations: {
              type: 'number',
              minimum: 0,
              default: 1.5,
              description: 'Doubt that a link has the benefit of, in standard deviations: one-sided 93 %.',
            },
            lossPriorPackets: {
              type: 'number',
              minimum: 0,
              default: 10,
              description: 'Packets that the loss figure starts from, before the first one was counted.',
            },
            jitterFairMs: {
              type: 'number',
              minimum: 0,
              default: 20,
              description: 'A link is at most fair above this jitter (95th percentile), ms.',
            },
            jitterRiseMargin: {
              type: 'number',
              minimum: 0,
              default: 1.7,
              description:
                'Margin of the jitter to go up: it takes many packets to see the tail of a distribution.',
            },
            silencePoorMs: {
              type: 'number',
              minimum: 0,
              default: 1000,
              description: 'A link is poor that has acknowledged nothing for so long, at least, ms.',
            },
            silenceTimeouts: {
              type: 'number',
              minimum: 0,
              default: 3,
              description: '… and for so many times the time that an acknowledgement may take.',
            },
            silenceRttVariations: {
              type: 'number',
              minimum: 0,
              default: 4,
              description:
                'That time is the smoothed round trip and so many times its mean deviation (RFC 6298).',
            },
            changeSignals: {
              type: 'number',
              minimum: 0,
              default: 2,
              description:
                'Measurements that must have turned for the worse together to be taken for a change of the link.',
            },
            changeSignalsRise: {
              type: 'number',
              minimum: 0,
              default: 1,
              description: 'Measurements turned for the worse that keep a link from going up.',
            },
            dwellMs: {
              type: 'number',
              minimum: 0,
              default: 5000,
              description: 'How long a quality must have stayed before it may rise, ms.',
            },
            dwellPoorMs: {
              type: 'number',
              minimum: 0,
              default: 10000,
              description: '… after the link was poor, ms.',
            },
            dwellMaxMs: {
              type: 'number',
              minimum: 0,
              default: 60000,
              description: '… at most, after rises that were mistakes, ms.',
            },
            dwellFlapFactor: {
              type: 'number',
              minimum: 0,
              default: 2,
              description:
                'A rise that did not last so many times its waiting time was a mistake, and the next waits so many times as long.',
            },
            fallAfterRtts: {
              type: 'number',
              minimum: 0,
              default: 2,
              description: 'A quality falls at most once in so many round trips.',
            },
            realtimeTolerance: {
              type: 'number',
              minimum: 0,
              default: 2,
              description:
                'Factor on the loss and jitter that are borne for the sake of speed in the scenario `realtime`.',
            },
            degradedTolerance: {
              type: 'number',
              minimum: 0,
              default: 0.5,
              description: 'The same for the scenario `degraded`.',
            },
            fairBitrateBps: {
              type: 'number',
              minimum: 0,
              default: 24000,
              description: 'Bitrate of the fair profile where that cannot be chosen, bit/s.',
            },
            goodBitrateBps: {
              type: 'number',
              minimum: 0,
              default: 32000,
              description: 'Bitrate of the good profile where that cannot be chosen, bit/s.',
            },
            longTextMs: {
              type: 'number',
              minimum: 0,
              default: 8000,
              description: 'Audio ahead of playout from which a text counts as long, to its end, ms.',
            },
            longTextLossPercent: {
              type: 'number',
              minimum: 0,
              default: 1.5,
              description: 'Loss from which long texts need the redundancy that their profile leaves out, %.',
            },
            highRttMs: {
              type: 'number',
              minimum: 0,
              default: 300,
              description:
                'From this round trip on, a link of which nothing else is known is assumed to be narrow, ms.',
            },
            highRttBytesPerSecond: {
              type: 'number',
              minimum: 0,
              default: 4000,
              description:
                'What such a link is assumed to carry, bytes of audio per second: EDGE at 48 kbit/s, headers deducted.',
            },
            highRttForMs: {
              type: 'number',
              minimum: 0,
              default: 10000,
              description: 'So long after the first report a limit would have shown, ms.',
            },
            lowBandwidthFactor: {
              type: 'number',
              minimum: 0,
              default: 6,
              description: 'A link that carries less than this multiple of the audio’s rate is narrow.',
            },
            lowBandwidthUntilFactor: {
              type: 'number',
              minimum: 0,
              default: 9,
              description: '… until it carries this multiple.',
            },
            lowBandwidthFirstMs: {
              type: 'number',
              minimum: 0,
              default: 300,
              description: 'First packet on a narrow link: it holds what playout starts with, ms.',
            },
            lowBandwidthBatchMs: {
              type: 'number',
              minimum: 0,
              default: 420,
              description: 'Later packets on a narrow link, ms.',
            },
            lowBandwidthFrameMs: {
              type: 'number',
              minimum: 0,
              default: 60,
              description: 'Frames on a narrow link, ms.',
            },
            lowBandwidthInitialBufferMs: {
              type: 'number',
              minimum: 0,
              default: 300,
              description: 'Audio before playout starts on a narrow link, ms.',
            },
            lowBandwidthRedundantPackets: {
              type: 'number',
              minimum: 0,
              default: 4,
              description: 'First packets that are sent twice on a narrow link.',
            },
            lowBandwidthRedundancyDelayMs: {
              type: 'number',
              minimum: 0,
              default: 250,
              description:
                'When, after the original: later than bursts of losses last and than the next packet takes, ms.',
            },
            protectionHoldMs: {
              type: 'number',
              minimum: 0,
              default: 1000,
              description: 'How long the stream stays careful after a sign of trouble, at least, ms.',
            },
            protectionHoldRtts: {
              type: 'number',
              minimum: 0,
              default: 4,
              description: '… and in round trips.',
            },
            protectionRebufferFactor: {
              type: 'number',
              minimum: 0,
              default: 1.5,
              description:
                'Audio that playout gathers after a stall while careful, as a multiple of the profile’s.',
            },
            protectionRedundancyDelayMs: {
              type: 'number',
              minimum: 0,
              default: 30,
              description:
                'When the next packet is sent twice, after the original, where the profile does not say, ms.',
            },
            protectionExpectedLossPercent: {
              type: 'number',
              minimum: 0,
              default: 3,
              description:
                'Losses on a link known to lose so much are no sign of trouble: its profile is made for them, %.',
            },
            protectionAmpleBufferMs: {
              type: 'number',
              minimum: 0,
              default: 1500,
              description: 'With so much ahead of playout small packets would only cost headers, ms.',
            },
            protectionRoomFactor: {
              type: 'number',
              minimum: 0,
              default: 4,
              description:
                'Below this multiple of the audio’s rate a link has no room for smaller packets or redundancy.',
            },
            protectionStallProbability: {
              type: 'number',
              minimum: 0,
              default: 0.5,
              description: 'Forecast probability of a stall within a second that is acted on.',
            },
            probeLossPercent: {
              type: 'number',
              minimum: 0,
              default: 3,
              description:
                'Loss that the profiles are divided by: what is known must lie on one side of it, %.',
            },
            probeNegligiblePercent: {
              type: 'number',
              minimum: 0,
              default: 1.2,
              description:
                'Below this loss, nothing but too few packets speaks for a loss worth acting on, %.',
            },
            probeDeviations: {
              type: 'number',
              minimum: 0,
              default: 1.5,
              description: 'Doubt about the loss, in standard deviations: one-sided 93 %.',
            },
            probeRoomFactor: {
              type: 'number',
              minimum: 0,
              default: 6,
              description: 'A link that carries less than this multiple of the audio has no room for probes.',
            },
            probeBudget: {
              type: 'number',
              minimum: 0,
              default: 400,
              description: 'Probes that may be saved up.',
            },
            probeBudgetPerSecond: {
              type: 'number',
              minimum: 0,
              default: 0.02,
              description:
                'How fast they come back, per second: slowly, or they crowd out the memory of minutes.',
            },
            probeWatchingMs: {
              type: 'number',
              minimum: 0,
              default: 70,
              description: 'Time between probes while a long utterance is sent, ms.',
            },
            probeUnknownMs: {
              type: 'number',
              minimum: 0,
              default: 80,
              description: '… while next to nothing is known of the loss, ms.',
            },
            probeUndecidedMs: {
              type: 'number',
              minimum: 0,
              default: 30,
              description: '… while it could lie on either side, ms.',
            },
            probeAlarmedMs: {
              type: 'number',
              minimum: 0,
              default: 20,
              description: '… and speech is being sent, ms.',
            },
            probeWatchCount: {
              type: 'number',
              minimum: 0,
              default: 1000,
              description: 'Probes while watching, until told otherwise.',
            },
            probeWatchAfterMs: {
              type: 'number',
              minimum: 0,
              default: 2000,
              description: 'An utterance is watched when it has been sent for so long, ms.',
            },
          },
          additionalProperties: false,
        },
      },
    },
    load: () => import('@eloquence/profiles/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/tts-espeak',
      version: '0.1.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { ttsEngines: [{ id: 'espeak' }] },
    },
    load: () => import('@eloquence/tts-espeak/plugin'),
  },
];
