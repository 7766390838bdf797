import type { LaneProbe, LaneReport, LinkConditions } from '@eloquence/plugin-api';
import { ReceiverLink, type ReportFindings, type StreamDemand } from './receiver-link.js';

const maxReceivers = 64;
/** A receiver that has said nothing for so long is forgotten, ms. */
const forgetAfterMs = 300_000;

const nothing: ReportFindings = { isSuspicious: false, newLosses: 0, lossPercentBefore: 0 };

/** The links of a session's receivers. Outlives utterances: what is known of a link serves the next one. */
export class LinkMonitor {
  readonly #links = new Map<string, { readonly link: ReceiverLink; lastAtMs: number }>();
  #ignoredReports = 0;

  /** Reports of receivers beyond the 64 that are watched. */
  get ignoredReports(): number {
    return this.#ignoredReports;
  }

  get receivers(): readonly string[] {
    return [...this.#links.keys()];
  }

  add(report: LaneReport): ReportFindings {
    return this.#linkTo(report)?.add(report) ?? nothing;
  }

  addProbe(probe: LaneProbe): ReportFindings {
    return this.#linkTo(probe)?.addProbe(probe) ?? nothing;
  }

  /** How long an acknowledgement may be owed before it counts as missed, ms: at the slowest link. */
  missedAfterMs(reportIntervalMs: number): number {
    let limitMs = 0;
    for (const { link } of this.#links.values())
      limitMs = Math.max(limitMs, link.missedAfterMs(reportIntervalMs));
    return limitMs || 300 + reportIntervalMs;
  }

  /** An acknowledgement is overdue, at the receivers that have not reported for that long. */
  noteSilence(nowMs: number, owedMs: number, reportIntervalMs: number): void {
    for (const { link, lastAtMs } of this.#links.values())
      if (nowMs - lastAtMs >= owedMs / 2)
        link.noteSilence(nowMs, owedMs > 2 * link.missedAfterMs(reportIntervalMs));
  }

  startEvidence(): void {
    for (const { link } of this.#links.values()) link.startEvidence();
  }

  /** Conditions of every receiver that has reported. */
  conditions(nowMs: number, demand: StreamDemand): LinkConditions[] {
    const all: LinkConditions[] = [];
    for (const { link } of this.#links.values()) {
      const conditions = link.conditions(nowMs, demand);
      if (conditions !== undefined) all.push(conditions);
    }
    return all;
  }

  #linkTo({ receiver, atMs }: Pick<LaneReport, 'receiver' | 'atMs'>): ReceiverLink | undefined {
    let entry = this.#links.get(receiver);
    if (entry === undefined) {
      this.#forgetSilent(atMs);
      if (this.#links.size >= maxReceivers) {
        this.#ignoredReports++;
        return undefined;
      }
      entry = { link: new ReceiverLink(receiver), lastAtMs: atMs };
      this.#links.set(receiver, entry);
    }
    entry.lastAtMs = atMs;
    return entry.link;
  }

  #forgetSilent(nowMs: number): void {
    for (const [identity, { lastAtMs }] of this.#links)
      if (nowMs - lastAtMs > forgetAfterMs) this.#links.delete(identity);
  }
}
