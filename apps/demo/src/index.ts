export { runDemo } from './terminal/run-demo.js';
