const names = [
  'ink-2',
  'line',
  'arm-eloquence',
  'profile-ultra',
  'profile-balanced',
  'profile-throughput',
  'profile-emergency',
] as const;
export type ColourName = (typeof names)[number];

const colourOfProfile: Readonly<Record<string, ColourName>> = {
  ULTRA_PERFORMANCE: 'profile-ultra',
  BALANCED_OPTIMAL: 'profile-balanced',
  HIGH_THROUGHPUT: 'profile-throughput',
  EMERGENCY_FALLBACK: 'profile-emergency',
};

/** The colours of the style sheet for what is drawn on canvases; read again when the theme changes. */
export class Palette {
  readonly #colours = new Map<ColourName, string>();

  read(): void {
    const probe = document.createElement('span');
    probe.hidden = true;
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

  profile(profile: string): string {
    return this.get(colourOfProfile[profile] ?? 'ink-2');
  }
}
