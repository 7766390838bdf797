/** `legacy`: the 10 ms loop. `track`: a LiveKit audio track at real-time pace. `eloquence`: the data lane. */
export type ArmId = 'legacy' | 'track' | 'eloquence';

/** How this page joins the room of one arm. */
export interface ArmAccess {
  readonly arm: ArmId;
  readonly room: string;
  /** LiveKit's address through the emulated link: the only one to be used. */
  readonly url: string;
  /** Lets this page, and no other, listen in the room. Ask for the session again before joining anew. */
  readonly token: string;
  /** The page's own identity in the room. */
  readonly identity: string;
  /** Identity of the participant that speaks. */
  readonly speaker: string;
  /** `player`: `attachPlayer` of `@eloquence/player`; `track`: the plain audio track of livekit-client. */
  readonly listenWith: 'player' | 'track';
}

export interface ArmState {
  readonly arm: ArmId;
  /** Participants in the room beside the speaker. */
  readonly listeners: number;
  /** Their identities: a page that is not among them would not hear the beginning. */
  readonly present: readonly string[];
  /** Whether the arm can speak now, and all who are present hear it. */
  readonly isReady: boolean;
  /** Which way the speech goes; `null` before it is known. */
  readonly lane: 'data' | 'media' | 'loop' | null;
}

/** Figures of one arm that can be set side by side; `null` where the arm cannot tell. */
export interface ArmFigures {
  readonly audioMs: number;
  /** First PCM → first sound. */
  readonly timeToFirstAudioMs: number | null;
  /** First PCM → all of it at the receiver; on the media arms, handed to the network. */
  readonly deliveryMs: number | null;
  readonly efficiencyPercent: number | null;
  readonly overheadPerChunkMs: number | null;
  readonly stalls: number | null;
  readonly stalledMs: number | null;
  readonly concealedMs: number | null;
  readonly framesLost: number | null;
  /** Handed to the network, before transport headers. */
  readonly sentBytes: number | null;
  /** Out of the emulated link towards the page, IP and UDP headers included. */
  readonly wireBytes: number | null;
}
