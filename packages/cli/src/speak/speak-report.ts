import type { ArmReport, SpeakReport } from '@eloquence/testbed';

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
