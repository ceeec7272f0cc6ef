/** One training step, as told to the page. */
export interface StepReport {
  /** 1 for the first step. */
  readonly step: number;
  /** The loss that was minimised (weighted, if the recipe weights it). */
  readonly loss: number;
  /**
   * Plain mean squared error of x̂0 and of ε̂ for the batch, whatever was minimised: comparable between recipes. Neither is
   * clipped, so an ε-network's x̂0 is far off where little signal is left: (1 − ᾱ)/ᾱ times its ε error.
   */
  readonly x0Mse: number;
  readonly epsMse: number;
  /** Timestep and plain errors of each picture in the batch. */
  readonly t: readonly number[];
  readonly x0Errors: readonly number[];
  readonly epsErrors: readonly number[];
  /** Global norm of the gradient before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly ms: number;
}
