/** Before any test: public/mnist/ holds the packed data. */
import { packData } from '../../scripts/packData';

export default function setup(): void {
  packData();
}
