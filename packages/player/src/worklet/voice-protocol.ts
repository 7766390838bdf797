import type { SharedRingMemory } from '../ring/shared-ring.js';

/** Name under which the worklet's processor is registered. */
export const processorName = 'eloquence-player';

/** From the engine to the worklet. A voice is what one stream of speech sounds with. */
export type VoiceCommand =
  | { readonly type: 'open'; readonly voice: number; readonly memory?: SharedRingMemory }
  | { readonly type: 'block'; readonly voice: number; readonly samples: Float32Array }
  /** Falls silent within 5 ms: everything up to this position (samples written, modulo 2³²) is dropped. */
  | { readonly type: 'clear'; readonly voice: number; readonly until: number }
  /** Falls silent at `from`: what lies between there and `until` is dropped. What has been sounded stays. */
  | { readonly type: 'cut'; readonly voice: number; readonly from: number; readonly until: number }
  | { readonly type: 'close'; readonly voice: number };

/** Where a voice is: it has sounded the samples below `position`. */
export interface VoicePosition {
  readonly voice: number;
  readonly position: number;
}

/** From the worklet to the engine. `frame` counts the context's sample frames. */
export type VoiceNews =
  /** After silence, the sample at `position` has just been sounded. */
  | { readonly type: 'started'; readonly voice: number; readonly position: number; readonly frame: number }
  /** There was nothing more to sound. */
  | { readonly type: 'dry'; readonly voice: number; readonly position: number; readonly frame: number }
  | {
      readonly type: 'status';
      readonly frame: number;
      readonly voices: readonly VoicePosition[];
      /** Blocks that have been sounded, for use again. */
      readonly spent: readonly Float32Array[];
    };
