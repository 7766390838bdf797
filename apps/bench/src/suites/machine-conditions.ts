import { arch, cpus, loadavg, platform } from 'node:os';

/** On what machine a report was made. */
export function machineConditions(): Record<string, unknown> {
  return { node: process.version, platform: `${platform()} ${arch()}`, cpus: cpus().length };
}

/** The same for what the rest of the machine's work disturbs: with its load, the mean of the last minute. */
export function loadedMachineConditions(): Record<string, unknown> {
  return { ...machineConditions(), load: Math.round((loadavg()[0] ?? 0) * 100) / 100 };
}
