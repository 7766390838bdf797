import type { LinkParameters } from '@eloquence/netlab';
import type { UtteranceFigures } from '../measure/figures.js';
import type { Summary } from '../measure/summary.js';
import type { SenderAccount } from './arm.js';
import type { RefusedPackets } from '../listener/arm-listener.js';
import type { ErrorMessage } from '../listener/protocol.js';

/** What one lane of a run did. */
export interface ArmReport {
  /** The lane that was used: what `auto` came to. */
  readonly lane: 'data' | 'media' | 'legacy';
  readonly profile: string | null;
  /** One entry an utterance, in order. */
  readonly utterances: readonly UtteranceFigures[];
  /** The profile in force at the end of each; `null` on a lane without profiles. */
  readonly profiles: ReadonlyArray<string | null>;
  readonly summary: Summary;
  readonly sender: SenderAccount | null;
  readonly packets: RefusedPackets | null;
  readonly heardFile: string | null;
  /** The first error of an utterance that ended badly. */
  readonly error: ErrorMessage | null;
}

/** The result of a run of `speak`. */
export interface SpeakReport {
  /** Address of the server; `SIMULATED (no LiveKit)` where there was none. */
  readonly server: string;
  readonly simulated: boolean;
  readonly link: LinkParameters & { readonly name: string };
  readonly seed: number;
  readonly count: number;
  readonly isSeries: boolean;
  readonly arms: readonly ArmReport[];
}

export const SIMULATED_LABEL = 'SIMULATED (no LiveKit)';

/** The object that `--json` prints: one arm's keys at the top, several arms under `arms`. */
export function toJson(report: SpeakReport): Record<string, unknown> {
  const objects = report.arms.map((arm) => armToJson(report, arm));
  const [only] = objects;
  if (objects.length === 1 && only !== undefined) return only;
  const { server, simulated, seed } = report;
  return { server, simulated, link: report.link.name, n: report.count, seed, arms: objects };
}

function armToJson(report: SpeakReport, arm: ArmReport): Record<string, unknown> {
  return {
    server: report.server,
    simulated: report.simulated,
    lane: arm.lane,
    profile: arm.profile,
    link: report.link.name,
    linkParameters: {
      rttMs: report.link.rttMs,
      jitterMs: report.link.jitterMs,
      lossPercent: report.link.lossPercent,
      burstMs: report.link.burstMs,
      rateKbps: report.link.rateKbps,
      queueMs: report.link.queueMs,
    },
    ...roundAll(arm.summary.figures),
    packetsSent: arm.sender?.packetsSent ?? null,
    packetsRepeated: arm.sender?.packetsRepeated ?? null,
    packetsCopied: arm.sender?.packetsCopied ?? null,
    faults: arm.sender?.faults ?? [],
    packetsMalformed: arm.packets?.malformed ?? null,
    packetsUnknown: arm.packets?.unknown ?? null,
    packetsRefused: arm.packets?.refused ?? null,
    n: arm.utterances.length,
    seed: report.seed,
    ...(report.isSeries
      ? {
          values: Object.fromEntries(
            Object.entries(arm.summary.values).map(([name, values]) => [name, values.map(round)]),
          ),
          p50: roundAll(arm.summary.p50),
          p95: roundAll(arm.summary.p95),
        }
      : {}),
    ...(arm.heardFile === null ? {} : { out: arm.heardFile }),
    ...(arm.error === null ? {} : { error: arm.error }),
  };
}

/** Microseconds and hundredths of a percent are enough, and readable. */
function round(value: number | string | null): number | string | null {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

function roundAll(record: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record as Record<string, number | string | null>).map(([name, value]) => [
      name,
      round(value),
    ]),
  );
}
