/** A threshold: its default and what it means, with the unit at the end. */
type Threshold = readonly [value: number, description: string];

/** Every threshold of the policy and the rules. The schema in `contributes.configuration` is made of it. */
export const thresholdTable = {
  decisionIntervalMs: [
    50,
    'Reports that bring nothing new are not all worth a decision: least time between two, ms.',
  ],

  riseMargin: [1.3, 'How much better than needed a link must be to go up, as a factor.'],
  rttPoorMs: [600, 'A link is poor above this round trip, ms.'],
  ratePoorFactor: [1.5, 'A link is poor that carries less than this multiple of the fair profile’s bitrate.'],
  rateFairFactor: [
    4,
    'A link is at most fair that carries less than this multiple of the good profile’s bitrate.',
  ],
  lossPoorPercent: [3, 'A link is poor above this loss: retransmissions no longer suffice, %.'],
  lossFairPercent: [1.05, 'A link is at most fair above this loss, %.'],
  lossMinPackets: [60, 'Fewer packets since a change are not enough to call a link poor for their loss.'],
  lossRisePackets: [16, 'Packets that the loss must rest on before a link is taken for good.'],
  lossRisePoorPackets: [
    30,
    'Packets that it takes to lift a link from poor, where the loss is not negligible.',
  ],
  lossUnprovenPercent: [1.5, 'Loss above which fewer packets than that do not lift a link from poor, %.'],
  lossDeviations: [1.5, 'Doubt that a link has the benefit of, in standard deviations: one-sided 93 %.'],
  lossPriorPackets: [10, 'Packets that the loss figure starts from, before the first one was counted.'],
  jitterFairMs: [20, 'A link is at most fair above this jitter (95th percentile), ms.'],
  jitterRiseMargin: [
    1.7,
    'Margin of the jitter to go up: it takes many packets to see the tail of a distribution.',
  ],
  silencePoorMs: [1000, 'A link is poor that has acknowledged nothing for so long, at least, ms.'],
  silenceTimeouts: [3, '… and for so many times the time that an acknowledgement may take.'],
  silenceRttVariations: [
    4,
    'That time is the smoothed round trip and so many times its mean deviation (RFC 6298).',
  ],
  silenceUnknownMs: [300, '… or this, while nothing is known of the link, ms.'],
  silenceSignalTimeouts: [
    2,
    'A silence of so many such times has turned a measurement for the worse: one report may simply get lost.',
  ],
  changeSignals: [
    2,
    'Measurements that must have turned for the worse together to be taken for a change of the link.',
  ],
  changeSignalsRise: [1, 'Measurements turned for the worse that keep a link from going up.'],

  dwellMs: [5000, 'How long a quality must have stayed before it may rise, ms.'],
  dwellPoorMs: [10_000, '… after the link was poor, ms.'],
  dwellMaxMs: [60_000, '… at most, after rises that were mistakes, ms.'],
  dwellFlapFactor: [
    2,
    'A rise that did not last so many times its waiting time was a mistake, and the next waits so many times as long.',
  ],
  fallAfterRtts: [2, 'A quality falls at most once in so many round trips.'],

  realtimeTolerance: [
    2,
    'Factor on the loss and jitter that are borne for the sake of speed in the scenario `realtime`.',
  ],
  degradedTolerance: [0.5, 'The same for the scenario `degraded`.'],
  fairBitrateBps: [24_000, 'Bitrate of the fair profile where that cannot be chosen, bit/s.'],
  goodBitrateBps: [32_000, 'Bitrate of the good profile where that cannot be chosen, bit/s.'],
  longTextMs: [8000, 'Audio ahead of playout from which a text counts as long, to its end, ms.'],
  longTextLossPercent: [
    1.5,
    'Loss from which long texts need the redundancy that their profile leaves out, %.',
  ],

  highRttMs: [
    300,
    'From this round trip on, a link of which nothing else is known is assumed to be narrow, ms.',
  ],
  highRttBytesPerSecond: [
    4000,
    'What such a link is assumed to carry, bytes of audio per second: EDGE at 48 kbit/s, headers deducted.',
  ],
  highRttForMs: [10_000, 'So long after the first report a limit would have shown, ms.'],

  lowBandwidthFactor: [6, 'A link that carries less than this multiple of the audio’s rate is narrow.'],
  lowBandwidthUntilFactor: [9, '… until it carries this multiple.'],
  lowBandwidthFirstMs: [300, 'First packet on a narrow link: it holds what playout starts with, ms.'],
  lowBandwidthBatchMs: [420, 'Later packets on a narrow link, ms.'],
  lowBandwidthFrameMs: [60, 'Frames on a narrow link, ms.'],
  lowBandwidthInitialBufferMs: [300, 'Audio before playout starts on a narrow link, ms.'],
  lowBandwidthRedundantPackets: [4, 'First packets that are sent twice on a narrow link.'],
  lowBandwidthRedundancyDelayMs: [
    250,
    'When, after the original: later than bursts of losses last and than the next packet takes, ms.',
  ],

  protectionHoldMs: [1000, 'How long the stream stays careful after a sign of trouble, at least, ms.'],
  protectionHoldRtts: [4, '… and in round trips.'],
  protectionRebufferFactor: [
    1.5,
    'Audio that playout gathers after a stall while careful, as a multiple of the profile’s.',
  ],
  protectionRedundancyDelayMs: [
    30,
    'When the next packet is sent twice, after the original, where the profile does not say, ms.',
  ],
  protectionExpectedLossPercent: [
    3,
    'Losses on a link known to lose so much are no sign of trouble: its profile is made for them, %.',
  ],
  protectionAmpleBufferMs: [1500, 'With so much ahead of playout small packets would only cost headers, ms.'],
  protectionRoomFactor: [
    4,
    'Below this multiple of the audio’s rate a link has no room for smaller packets or redundancy.',
  ],
  protectionStallProbability: [0.5, 'Forecast probability of a stall within a second that is acted on.'],

  probeLossPercent: [
    3,
    'Loss that the profiles are divided by: what is known must lie on one side of it, %.',
  ],
  probeNegligiblePercent: [
    1.2,
    'Below this loss, nothing but too few packets speaks for a loss worth acting on, %.',
  ],
  probeDeviations: [1.5, 'Doubt about the loss, in standard deviations: one-sided 93 %.'],
  probeRoomFactor: [6, 'A link that carries less than this multiple of the audio has no room for probes.'],
  probeBudget: [400, 'Probes that may be saved up.'],
  probeBudgetPerSecond: [
    0.02,
    'How fast they come back, per second: slowly, or they crowd out the memory of minutes.',
  ],
  probeWatchingMs: [70, 'Time between probes while a long utterance is sent, ms.'],
  probeUnknownMs: [80, '… while next to nothing is known of the loss, ms.'],
  probeUndecidedMs: [30, '… while it could lie on either side, ms.'],
  probeAlarmedMs: [20, '… and speech is being sent, ms.'],
  probeWatchCount: [1000, 'Probes while watching, until told otherwise.'],
  probeWatchAfterMs: [2000, 'An utterance is watched when it has been sent for so long, ms.'],
} as const satisfies Readonly<Record<string, Threshold>>;

/** All thresholds, by name. */
export type Thresholds = { readonly [Name in keyof typeof thresholdTable]: number };

/** Today's values. */
export const defaultThresholds: Thresholds = Object.freeze(
  Object.fromEntries(Object.entries(thresholdTable).map(([name, [value]]) => [name, value])),
) as Thresholds;

const known = new WeakMap<object, Thresholds>();

/** The thresholds in a plugin's settings; defaults where one is missing. */
export function thresholdsOf(config: Readonly<Record<string, unknown>>): Thresholds {
  let thresholds = known.get(config);
  if (thresholds === undefined) {
    thresholds = { ...defaultThresholds, ...config };
    known.set(config, thresholds);
  }
  return thresholds;
}

/** JSON Schema of the thresholds, for `contributes.configuration`. */
export function thresholdSchema(): Readonly<Record<string, unknown>> {
  const properties = Object.entries(thresholdTable).map(([name, [value, description]]) => [
    name,
    { type: 'number', minimum: 0, default: value, description },
  ]);
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}
