export { didYouMean, nearestName } from '@eloquence/testbed';
