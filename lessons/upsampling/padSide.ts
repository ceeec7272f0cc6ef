/** The pad is drawn on finely, so that a stroke is as thick as MNIST's, and then made small. */
export const padSide = 28;
