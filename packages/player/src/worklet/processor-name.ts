/** Name under which the worklet's processor is registered. */
export const processorName = 'eloquence-player';
