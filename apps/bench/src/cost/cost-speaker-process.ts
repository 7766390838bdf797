/** Entry of the process that speaks in a cost measurement: it does nothing else, so that its processor time tells. */
import { toEloquenceError } from '@eloquence/plugin-api';
import type { ChildFailure } from '@eloquence/testbed';
import type { CostMeasured, MeasureCost } from './cost-protocol.js';
import { measureCost } from './measure-cost.js';

function reply(message: CostMeasured | ChildFailure): void {
  if (process.connected) process.send?.(message);
}

process.on('message', (message) => {
  measureCost(message as MeasureCost).then(
    (answer) => reply({ type: 'measured', answer }),
    (error: unknown) => reply({ type: 'failed', message: toEloquenceError(error).message }),
  );
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
