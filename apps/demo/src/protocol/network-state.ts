export interface NetworkPreset {
  readonly name: NetworkPresetName;
  readonly description: string;
  readonly settings: NetworkSettings;
}

export type NetworkPresetName = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'S';

/** One direction of the emulated link; both have the same. */
export interface NetworkSettings {
  /** One way, ms: half the RTT of the empty link. */
  readonly delayMs: number;
  /** Mean of an exponential delay added to each packet, ms. */
  readonly jitterMs: number;
  readonly lossPercent: number;
  /** Mean duration of a loss burst, ms; 0 for independent losses. */
  readonly burstMs: number;
  /** kbit/s of IP bytes; 0 is unlimited. */
  readonly rateKbps: number;
}

export interface NetworkState {
  /** `null` after a setting was changed by itself. */
  readonly preset: NetworkPresetName | null;
  readonly settings: NetworkSettings;
  /** When the blackout ends; `null` without one. */
  readonly blackoutEndsAtMs: number | null;
  /** False for a server whose UDP port is not known: then the settings have no effect, and the problems say so. */
  readonly isEmulated: boolean;
}
