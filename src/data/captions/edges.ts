// Thirds of 60000 training digits, written by `npm run pretrain -- captions-bins`. Networks that read captions were trained with these.
import type { AttributeEdges } from './bins';

export const edges: AttributeEdges = {
  slant: [
    [0.1215, 0.3169],
    [0.0867, 0.3568],
    [-0.0156, 0.2155],
    [-0.051, 0.1591],
    [-0.0846, 0.1898],
    [0.0564, 0.3478],
    [-0.069, 0.1224],
    [-0.0794, 0.1462],
    [0.0655, 0.2899],
    [-0.107, 0.1111],
  ],
  thickness: [2.1296, 2.548],
  width: [
    [0.7615, 0.9152],
    [0.1429, 0.1857],
    [0.6186, 0.769],
    [0.5149, 0.6171],
    [0.7434, 0.9276],
    [0.5819, 0.7004],
    [0.5907, 0.7559],
    [0.5349, 0.6661],
    [0.4921, 0.6011],
    [0.5507, 0.6776],
  ],
};
