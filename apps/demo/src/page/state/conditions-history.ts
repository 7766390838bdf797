import type { DemoConditions, DemoDecision } from '../../protocol.js';

const maxPoints = 1500;
const maxMarks = 60;

/** A change of the profile, or of protection, at a time in seconds. */
export interface DecisionMark {
  readonly atS: number;
  readonly decision: DemoDecision;
}

type Column = (number | null)[];

/** The link as it was seen over the last minutes, in columns for charts; times in seconds. */
export class ConditionsHistory {
  readonly atS: number[] = [];
  readonly rateKbps: Column = [];
  readonly capacityKbps: Column = [];
  readonly rttMs: Column = [];
  readonly lossPercent: Column = [];
  readonly forecastP5Ms: Column = [];
  readonly forecastP50Ms: Column = [];
  readonly forecastP95Ms: Column = [];
  readonly observedMs: Column = [];
  readonly marks: DecisionMark[] = [];
  latest: DemoConditions | undefined;

  addConditions(atMs: number, conditions: DemoConditions): void {
    const atS = atMs / 1000;
    if (atS <= (this.atS.at(-1) ?? -Infinity)) return;
    const { forecast } = conditions;
    this.latest = conditions;
    this.atS.push(atS);
    this.rateKbps.push(conditions.rateBps / 1000);
    this.capacityKbps.push(conditions.capacityBps === null ? null : conditions.capacityBps / 1000);
    this.rttMs.push(conditions.rttMs);
    this.lossPercent.push(conditions.lossPercent);
    this.forecastP5Ms.push(forecast?.deliveryMs.p5 ?? null);
    this.forecastP50Ms.push(forecast?.deliveryMs.p50 ?? null);
    this.forecastP95Ms.push(forecast?.deliveryMs.p95 ?? null);
    this.observedMs.push(forecast?.observedDeliveryMs ?? null);
    if (this.atS.length > maxPoints) for (const column of this.#columns()) column.splice(0, maxPoints >> 2);
  }

  addDecision(atMs: number, decision: DemoDecision): void {
    this.marks.push({ atS: atMs / 1000, decision });
    if (this.marks.length > maxMarks) this.marks.shift();
  }

  #columns(): Column[] {
    return [
      this.atS,
      this.rateKbps,
      this.capacityKbps,
      this.rttMs,
      this.lossPercent,
      this.forecastP5Ms,
      this.forecastP50Ms,
      this.forecastP95Ms,
      this.observedMs,
    ];
  }
}
