// Replaced when the player is bundled: the code of both is then in the bundle. Without it, they lie beside the module.

/** Code of the worker. */
export const engineSource: string | undefined = undefined;
/** Code of the audio worklet. */
export const workletSource: string | undefined = undefined;
