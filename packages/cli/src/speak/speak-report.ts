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
  const { server, simulated, seed, isSeries } = report;
  const { name: link, rttMs, jitterMs, lossPercent, burstMs, rateKbps, queueMs } = report.link;
  const { lane, profile, utterances, summary, sender, packets, heardFile, error } = arm;
  const { figures, values, p50, p95 } = rounded(summary);
  return {
    ...{ server, simulated, lane, profile, link },
    linkParameters: { rttMs, jitterMs, lossPercent, burstMs, rateKbps, queueMs },
    ...figures,
    packetsSent: sender?.packetsSent ?? null,
    packetsRetransmitted: sender?.packetsRetransmitted ?? null,
    redundantPackets: sender?.redundantPackets ?? null,
    faults: sender?.faults ?? [],
    packetsMalformed: packets?.malformed ?? null,
    packetsUnknown: packets?.unknown ?? null,
    packetsRefused: packets?.refused ?? null,
    n: utterances.length,
    seed,
    ...(isSeries ? { values, p50, p95 } : {}),
    out: heardFile ?? undefined,
    error: error ?? undefined,
  };
}

/** Microseconds and hundredths of a percent are enough, and readable. */
function rounded(summary: ArmReport['summary']): ArmReport['summary'] {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
  return JSON.parse(JSON.stringify(summary, round)) as ArmReport['summary'];
}
