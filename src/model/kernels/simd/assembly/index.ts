export { muonStep } from './muon';
export { adamStep, emaStep, sumOfSquares } from './optimizer';
export { blockBackward, blockForward } from './block';
export { columnSums, filterSums, gather, scatter, turnFilter, turnFilterBack } from './patches';
export { blockEvaluate } from './evaluate';
export { filmBackward, filmForward } from './film';
export { normSiluForward, normSiluGradient, siluForward, siluGradient } from './normSilu';
export { forwardProcess, normals } from './noise';
export { lincomb } from './lincomb';
