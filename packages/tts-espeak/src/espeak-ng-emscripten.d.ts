/** The package has no types of its own; what is used of its object is described in the worker. */
declare module '@echogarden/espeak-ng-emscripten' {
  export default function createModule(): Promise<{ eSpeakNGWorker: new () => unknown }>;
}
