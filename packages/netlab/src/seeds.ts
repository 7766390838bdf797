/**
 * A seed for one of several random streams, so that streams of neighbouring seeds have nothing in common.
 * The mixing is the finaliser of MurmurHash3 (Austin Appleby, public domain).
 */
export function deriveSeed(seed: number, stream: number): number {
  let mixed = (Math.trunc(seed) ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Seed of the direction from the client to the server. */
export function upSeed(seed: number): number {
  return deriveSeed(seed, 1);
}

/** Seed of the direction from the server to the client. */
export function downSeed(seed: number): number {
  return deriveSeed(seed, 2);
}
