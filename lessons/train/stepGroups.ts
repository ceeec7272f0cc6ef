/** A profiled step's kernels, put together by what they do for training. */
import type { KernelTime, StepProfile } from '$lib/worker/protocol';

export interface StepGroup {
  readonly name: string;
  /** What these kernels do, in a line. */
  readonly words: string;
  /** null where the backend times nothing. */
  readonly ms: number | null;
  readonly calls: number;
}

interface GroupKind {
  readonly name: string;
  readonly words: string;
  readonly holds: RegExp;
}

/** The first that fits a kernel's name takes it. */
const kinds: readonly GroupKind[] = [
  {
    name: 'Muon',
    words: 'makes each filter’s step equally large in every direction, by products of small matrices',
    holds: /^Muon/,
  },
  {
    name: 'Adam and the average',
    words: 'move every other weight, and keep the average that draws',
    holds: /^(Adam|Ema)/,
  },
  {
    name: 'Residual blocks, backward',
    words: 'how should each filter have been, and each pixel before it? Twice the arithmetic of the way forward',
    holds: /^ResidualBlock\w*Grad/,
  },
  {
    name: 'Residual blocks, forward',
    words: 'two 3 × 3 convolutions each, with normalisation, SiLU and the moment’s scale and shift done in passing',
    holds: /^ResidualBlock/,
  },
  {
    name: 'Convolutions',
    words: 'of stem, output and the changes of size; all of them, where there are no fused blocks',
    holds: /Conv|Backprop/,
  },
  {
    name: 'Matrix products',
    words: 'layers without a picture’s shape, and whatever else is multiplied where there is no kernel of its own',
    holds: /MatMul|^Affine|^FilmLayers/,
  },
  {
    name: 'The forward process',
    words: 'drawing the noise and mixing it into the pictures, as lesson 1 does',
    holds: /^ForwardProcess/,
  },
  {
    name: 'Copies and reshaping',
    words: 'cutting, joining, turning: no arithmetic at all',
    holds:
      /^(Identity|Reshape|Transpose|Slice|StridedSlice|Concat|Pad\w*|Reverse|Tile|Cast|Pack|Unpack|Fill|Gather\w*|BroadcastTo|OneHot|OnesLike|ZerosLike|DepthToSpace|SpaceToBatchND|BatchToSpaceND|MirrorPad)$/,
  },
];
const rest: Omit<GroupKind, 'holds'> = {
  name: 'Number by number',
  words: 'sums, products and roots: norms, the loss, clipping, whatever is not fused into something above',
};
const outside: Omit<GroupKind, 'holds'> = {
  name: 'Outside the kernels',
  words: 'JavaScript: the library’s bookkeeping for every call, drawing noise, reading the loss',
};

/** In the order of their time; what lies outside the kernels last. Groups that nothing fell into are left out. */
export function groupsOf({ kernels, msPerStep }: Pick<StepProfile, 'kernels' | 'msPerStep'>): readonly StepGroup[] {
  const kindOf = ({ name }: KernelTime): Omit<GroupKind, 'holds'> => kinds.find(({ holds }) => holds.test(name)) ?? rest;
  const isTimed = kernels.every(({ ms }) => ms !== null);
  const groups = [...kinds, rest].flatMap((kind) => {
    const mine = kernels.filter((kernel) => kindOf(kernel).name === kind.name);
    if (mine.length === 0) return [];
    const calls = mine.reduce((sum, kernel) => sum + kernel.calls, 0);
    return [{ name: kind.name, words: kind.words, ms: isTimed ? timeOf(mine) : null, calls }];
  });
  const sorted = groups.sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0) || b.calls - a.calls);
  // A kernel's time includes the timing of it, so that the parts may come out longer than the whole.
  const left = { ...outside, ms: Math.max(0, msPerStep - timeOf(kernels)), calls: 0 };
  return isTimed ? [...sorted, left] : sorted;
}

/** Milliseconds, together. */
export function timeOf(kernels: readonly Pick<KernelTime, 'ms'>[]): number {
  return kernels.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
}
