/** Code of the worker, in the bundle; elsewhere it lies in a file beside the bundle. */
export const engineSource: string | undefined = undefined;
