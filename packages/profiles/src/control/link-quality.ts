import { type LinkQuality, linkQualities } from '@eloquence/plugin-api';

export function isWorse(a: LinkQuality, b: LinkQuality): boolean {
  return linkQualities.indexOf(a) < linkQualities.indexOf(b);
}

export function oneAbove(quality: LinkQuality): LinkQuality {
  return linkQualities[Math.min(linkQualities.length - 1, linkQualities.indexOf(quality) + 1)]!;
}

export function oneBelow(quality: LinkQuality): LinkQuality {
  return linkQualities[Math.max(0, linkQualities.indexOf(quality) - 1)]!;
}
