import { productionRecovery, type RecoveryTuning } from '@eloquence/delivery';
import type { StreamSettings } from '@eloquence/plugin-api';

/** One way of speaking: production's, but for one knob. */
export interface Variant {
  readonly settings: StreamSettings;
  readonly channel: 'repeat' | 'reliable';
  readonly tuning: RecoveryTuning;
}

export interface Knob {
  readonly name: string;
  /** What it turns, for the tables. */
  readonly title: string;
  /** Other values than production's. */
  variants(production: Variant): readonly Variant[];
  /** Its value in a variant; two with the same are the same. */
  label(variant: Variant): string;
}

export function productionVariant(settings: StreamSettings): Variant {
  return { settings, channel: 'repeat', tuning: productionRecovery };
}

/** More packets than an utterance has. */
const ALL = 1_000_000;

/** With other settings, of which those left out stay. */
function changed(production: Variant, changes: Partial<StreamSettings>): Variant {
  return { ...production, settings: { ...production.settings, ...changes } };
}

function copies(
  production: Variant,
  redundantFirstPackets: number,
  ...redundancyDelaysMs: number[]
): Variant {
  return changed(production, {
    redundancy: { ...production.settings.redundancy, redundantFirstPackets, redundancyDelaysMs },
  });
}

function copiesLabel({ settings: { redundancy } }: Variant): string {
  const { redundantFirstPackets, redundancyDelaysMs } = redundancy;
  if (redundantFirstPackets === 0) return 'none';
  return `${redundantFirstPackets >= ALL ? 'all' : redundantFirstPackets}@${redundancyDelaysMs.join('+')}`;
}

function tuned(production: Variant, tuning: Partial<RecoveryTuning>): Variant {
  return { ...production, tuning: { ...production.tuning, ...tuning } };
}

const copiesKnob: Knob = {
  name: 'copies',
  title: 'Copies of the first packets: how many packets, each copied so many ms later',
  variants: (production) => [
    copies(production, 0),
    copies(production, 2, 15),
    copies(production, 2, 30),
    copies(production, 2, 45),
    copies(production, 2, 90),
    copies(production, 3, 45),
    copies(production, 3, 10, 60),
    copies(production, 6, 30),
    copies(production, 6, 30, 60),
  ],
  label: copiesLabel,
};

/**
 * What parity could gain at most: a packet that two others share parity with comes back if two of three arrive, a copied
 * one if one of two does, whichever of them, and as early.
 */
const parityKnob: Knob = {
  name: 'parity',
  title: 'Copies of every packet, which recover more than parity over two packets could',
  variants: (production) => [copies(production, ALL, 30), copies(production, ALL, 60)],
  label: copiesLabel,
};

const channelKnob: Knob = {
  name: 'channel',
  title: 'Lossy channel with our own repeat, or the reliable channel',
  variants: (production) => [{ ...copies(production, 0), channel: 'reliable' }],
  label: ({ channel }) => channel,
};

const nackKnob: Knob = {
  name: 'nack',
  title: 'First repeat: at once or so many RTT after sending; next ones: so many RTT + 15 ms later',
  variants: (production) => [
    tuned(production, { retransmitRtts: 1 }),
    tuned(production, { retransmitRtts: 1.5 }),
    tuned(production, { retransmitRtts: 2 }),
    tuned(production, { firstRetransmitRtts: 1.5 }),
    tuned(production, { firstRetransmitRtts: 2 }),
  ],
  label: ({ tuning: { firstRetransmitRtts, retransmitRtts } }) =>
    `${firstRetransmitRtts === 0 ? 'at once' : `${firstRetransmitRtts} RTT`}, ${retransmitRtts} RTT`,
};

const tailKnob: Knob = {
  name: 'tail',
  title:
    'Tail: probe within 1.3 RTT + 200 ms (or after a second, as SCTP would), and copies from 5 % loss on',
  variants: (production) => {
    const late = { probeSlackMs: 1000, leastProbeIntervalMs: 1000 };
    return [
      tuned(production, { tailCopyLossPercent: Infinity }),
      tuned(production, late),
      tuned(production, { ...late, tailCopyLossPercent: Infinity }),
      tuned(production, { tailCopyLossPercent: 0 }),
    ];
  },
  label: ({ tuning: { tailCopyLossPercent, probeSlackMs } }) => {
    const probe = probeSlackMs >= 1000 ? 'late probe' : 'probe';
    if (tailCopyLossPercent === Infinity) return probe;
    return tailCopyLossPercent === 0 ? `${probe}, always copies` : `${probe}, copies`;
  },
};

const startKnob: Knob = {
  name: 'start',
  title: 'Start level: what the receiver gathers before it plays',
  variants: (production) =>
    [40, 80, 120, 180, 300, 480].map((startMs) => {
      const rebufferMs = Math.max(startMs, production.settings.playout.rebufferMs);
      return changed(production, { playout: { initialBufferMs: startMs, rebufferMs } });
    }),
  label: ({ settings }) => `${settings.playout.initialBufferMs} ms`,
};

const batchKnob: Knob = {
  name: 'batch',
  title: 'First and longest batch',
  variants: (production) =>
    (
      [
        [20, 120],
        [40, 240],
        [60, 340],
        [80, 300],
        [80, 340],
        [120, 360],
      ] as const
    ).map(([shortestMs, maxMs]) => {
      // A batch is never shorter than one frame.
      const firstMs = Math.max(shortestMs, production.settings.codec.frameMs);
      return changed(production, { batch: { firstMs, maxMs } });
    }),
  label: ({ settings: { batch } }) => `${batch.firstMs}–${batch.maxMs} ms`,
};

const windowKnob: Knob = {
  name: 'window',
  title: 'Unacknowledged data, by bandwidth-delay products, once a queue has shown',
  variants: (production) =>
    [0.75, 1, 1.25, 2, 4].map((cwndGain) =>
      changed(production, { window: { ...production.settings.window, cwndGain } }),
    ),
  label: ({ settings }) => `${settings.window.cwndGain} BDP`,
};

const initialKnob: Knob = {
  name: 'initial',
  title: 'Unacknowledged data before anything is known of the link',
  variants: (production) =>
    [2, 4, 8, 16, 32].map((initialPackets) =>
      changed(production, { window: { ...production.settings.window, initialPackets } }),
    ),
  label: ({ settings }) => `${settings.window.initialPackets} packets`,
};

const reportsKnob: Knob = {
  name: 'reports',
  title: 'Reports of the receiver while all goes well: what repeats and windows learn by',
  variants: (production) =>
    [100, 150, 200, 300].map((reportIntervalMs) => changed(production, { reportIntervalMs })),
  label: ({ settings }) => `${settings.reportIntervalMs} ms`,
};

/** Every knob of loss recovery. */
export const knobs: readonly Knob[] = [
  copiesKnob,
  parityKnob,
  channelKnob,
  nackKnob,
  tailKnob,
  startKnob,
  batchKnob,
  windowKnob,
  initialKnob,
  reportsKnob,
];
