/** Id of the codec that needs no plugin at the sender: 16-bit little-endian samples as they are. */
export const fallbackCodecId = 'pcm';

/** Longest payload of a fallback frame, bytes: it must fit one packet. */
const maxPayloadBytes = 1000;
const pieceDurationsMs = [20, 10, 5, 2.5] as const;

/** Duration of the pieces into which fallback frames are cut, ms: the longest that fits a packet. */
export function fallbackFrameMs(frameMs: number, sampleRateHz: number): number {
  const fitting = pieceDurationsMs.find(
    (pieceMs) =>
      (2 * pieceMs * sampleRateHz) / 1000 <= maxPayloadBytes &&
      pieceMs <= frameMs &&
      Number.isInteger(frameMs / pieceMs),
  );
  return fitting ?? 2.5;
}

/** Samples as little-endian bytes, whatever the machine's own order. */
export function encodePcm(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * pcm.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < pcm.length; at++) view.setInt16(2 * at, pcm[at]!, true);
  return bytes;
}
