export { simulatedTransportPlugin } from './simulated-plugin.js';
export { SimulatedRoom, type SimulatedRoomOptions } from './simulated-room.js';
export { type SimulatedTarget, simulatedTarget } from './simulated-transport.js';
