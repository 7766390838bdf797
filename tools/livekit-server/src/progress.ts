import { performance } from 'node:perf_hooks';

export type LaunchStep = 'reach-url' | 'install' | 'start';

/** One report about a step of the launch. */
export interface LaunchProgress {
  readonly step: LaunchStep;
  readonly message: string;
  /** Time since the step began. */
  readonly elapsedMs: number;
  readonly state: 'running' | 'done' | 'failed';
}

/** Runs `work` as a step: reports its start and end, and once a second in between. */
export async function reportStep<T>(
  step: LaunchStep,
  message: string,
  onProgress: ((progress: LaunchProgress) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (onProgress === undefined) return await work();
  const startedMs = performance.now();
  const tell = (state: LaunchProgress['state']): void =>
    onProgress({ step, message, elapsedMs: performance.now() - startedMs, state });
  tell('running');
  const heartbeat = setInterval(() => tell('running'), 1000);
  try {
    const result = await work();
    tell('done');
    return result;
  } catch (error) {
    tell('failed');
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}
