export { muonStep } from './muon';
export { adamStep, emaStep } from './optimizer';
export { blockBackward, blockForward } from './block';
