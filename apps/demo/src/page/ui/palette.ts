import type { ArmId } from '../../protocol.js';
import { el } from './dom.js';

const names = [
  'ink',
  'ink-2',
  'line',
  'line-strong',
  'surface',
  'surface-2',
  'bad',
  'arm-legacy',
  'arm-track',
  'arm-eloquence',
  'profile-ultra',
  'profile-balanced',
  'profile-throughput',
  'profile-emergency',
] as const;
export type ColourName = (typeof names)[number];

/** The colours of the style sheet for what is drawn on canvases; read again when the theme changes. */
export class Palette {
  readonly #colours = new Map<ColourName, string>();

  read(): void {
    const probe = el('span', { hidden: true });
    document.body.append(probe);
    for (const name of names) {
      probe.style.color = `var(--${name})`;
      this.#colours.set(name, getComputedStyle(probe).color);
    }
    probe.remove();
  }

  get(name: ColourName): string {
    return this.#colours.get(name) ?? 'gray';
  }

  arm(arm: ArmId): string {
    return this.get(`arm-${arm}`);
  }

  profile(profile: string): string {
    switch (profile) {
      case 'ULTRA_PERFORMANCE':
        return this.get('profile-ultra');
      case 'BALANCED_OPTIMAL':
        return this.get('profile-balanced');
      case 'HIGH_THROUGHPUT':
        return this.get('profile-throughput');
      case 'EMERGENCY_FALLBACK':
        return this.get('profile-emergency');
      default:
        return this.get('ink-2');
    }
  }
}
