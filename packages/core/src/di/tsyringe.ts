// The metadata polyfill has to be there before tsyringe is evaluated; this is the only place that loads either.
import './metadata.js';

export { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
