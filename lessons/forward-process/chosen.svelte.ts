/** The picture that the lesson takes apart, chosen or drawn by the reader, and which noise it gets. */
import { shownDigits } from './shippedDigits';

const firstLabel = 3;

export class ChosenDigit {
  /** [28·28] in [−1, 1]; replaced, never written to. */
  x0 = $state.raw<Float32Array>(new Float32Array());
  /** In words, to be put after "of" or "is". */
  name = $state('');
  /** Number of the shipped digit, if it is one. */
  shipped = $state<number | null>(null);
  /** Class of the MNIST digit that was chosen last, and its number among the training pictures. */
  label = $state(firstLabel);
  index = $state(0);
  /** Counts up when the reader asks for other noise. */
  noiseSeed = $state(1);

  constructor() {
    this.chooseShipped(firstLabel);
  }

  chooseShipped(label: number): void {
    const digit = shownDigits[label];
    if (!digit) return;
    this.chooseTraining(digit.x0, digit);
    this.shipped = label;
  }

  chooseTraining(x0: Float32Array, { index, label }: { readonly index: number; readonly label: number }): void {
    this.x0 = x0;
    this.name = `a ${label}, MNIST’s training picture ${index.toLocaleString('en')}`;
    this.label = label;
    this.index = index;
    this.shipped = null;
  }

  draw(x0: Float32Array): void {
    this.x0 = x0;
    this.name = 'your own drawing';
    this.shipped = null;
  }

  newNoise(): void {
    this.noiseSeed += 1;
  }
}
