/** How good a link is for speech, worst first. */
export const linkVerdicts = ['poor', 'fair', 'good'] as const;
export type LinkVerdict = (typeof linkVerdicts)[number];

export function isWorse(a: LinkVerdict, b: LinkVerdict): boolean {
  return linkVerdicts.indexOf(a) < linkVerdicts.indexOf(b);
}

export function oneAbove(verdict: LinkVerdict): LinkVerdict {
  return linkVerdicts[Math.min(linkVerdicts.length - 1, linkVerdicts.indexOf(verdict) + 1)]!;
}

export function oneBelow(verdict: LinkVerdict): LinkVerdict {
  return linkVerdicts[Math.max(0, linkVerdicts.indexOf(verdict) - 1)]!;
}
