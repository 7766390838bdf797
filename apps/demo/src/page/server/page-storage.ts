/** What the page remembers between visits. Browsers that forbid storage forget it, and nothing else happens. */
export interface PageStorage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

const prefix = 'eloquence.';

export function createPageStorage(open: () => Storage): PageStorage {
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(open());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => attempt((storage) => storage.getItem(prefix + key)) ?? undefined,
    set: (key, value) => void attempt((storage) => storage.setItem(prefix + key, value)),
  };
}
