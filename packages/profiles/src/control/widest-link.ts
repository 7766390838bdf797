import type { LinkState } from '@eloquence/plugin-api';

/**
 * The link that settings are fitted to. All receivers of a group get the same encoding, so it is the best one's that
 * counts: the one that carries most, and of equals the one that loses least. The others are served by their own
 * redundancy, retransmissions and windows.
 */
export function widestLink(links: readonly LinkState[]): LinkState | undefined {
  let widest: LinkState | undefined;
  for (const link of links) if (widest === undefined || isWider(link, widest)) widest = link;
  return widest;
}

function isWider(link: LinkState, other: LinkState): boolean {
  const [width, otherWidth] = [capacityOf(link), capacityOf(other)];
  return width === otherWidth ? link.lossPercent < other.lossPercent : width > otherWidth;
}

/** Where no limit has shown there is none that matters. */
function capacityOf({ capacityBytesPerSecond }: LinkState): number {
  return capacityBytesPerSecond ?? Number.POSITIVE_INFINITY;
}
