/** How the lossy channel's lost packets are found and sent again. `productionRecovery` is what everybody gets. */
export interface RecoveryTuning {
  /** A packet that was sent once is not repeated sooner than so many round trips later; 0: as soon as it is missed. */
  readonly firstRetransmitRtts: number;
  /** One that was sent again is not repeated sooner than so many round trips, and some time, later. */
  readonly retransmitRtts: number;
  readonly retransmitSlackMs: number;
  /** From this loss on, what is on its way when the last packet has left is copied, %; `Infinity`: never. */
  readonly tailCopyLossPercent: number;
  /** …so long after the last packet, ms: nothing is left to send that copies could be in the way of. */
  readonly tailCopyDelayMs: number;
  /** A first probe comes at most so long after the least round trip, and three tenths of it, have passed, ms. */
  readonly probeSlackMs: number;
  /** Least wait between two probes, ms. */
  readonly leastProbeIntervalMs: number;
}

/** Each value is justified by the sweep in docs/benchmarks/notebook.md, section "Loss recovery". */
export const productionRecovery: RecoveryTuning = {
  firstRetransmitRtts: 0,
  retransmitRtts: 1.2,
  retransmitSlackMs: 15,
  tailCopyLossPercent: 5,
  tailCopyDelayMs: 20,
  probeSlackMs: 200,
  leastProbeIntervalMs: 120,
};
