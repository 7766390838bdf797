/** Code of the worklet, in the bundle; elsewhere it lies in a file beside the bundle. */
export const workletSource: string | undefined = undefined;
