/** What each network is for, by its name. */
export interface Role {
  /** The lesson's number; 0 for what all of them use. */
  readonly lesson: number;
  readonly does: string;
}

const setups: readonly (readonly [RegExp, string])[] = [
  [/^two-small-/, 'one of two small ones that share the timesteps'],
  [/^two-/, 'one of two that share the timesteps'],
  [/^three-logsnr-/, 'one of three, parted by the signal-to-noise ratio'],
  [/^three-/, 'one of three that share the timesteps'],
  [/^four-/, 'one of four that share the timesteps'],
];

const roles: readonly (readonly [RegExp, Role])[] = [
  [/^judge$/, { lesson: 0, does: 'tells the class of a digit; measures all the others' }],
  [/^quick$/, { lesson: 2, does: 'draws a digit of a class' }],
  [/^caption@/, { lesson: 5, does: 'draws what a caption says' }],
  [/^time-x0$/, { lesson: 5, does: 'draws a digit of a class, told t, asked for x₀' }], // the quick network by another name
  [/^timeless-x0$/, { lesson: 5, does: 'draws a digit of a class, not told t, asked for x₀' }],
  [/^time-eps$/, { lesson: 5, does: 'draws a digit of a class, told t, asked for ε' }],
  [/^timeless-eps$/, { lesson: 5, does: 'draws a digit of a class, not told t, asked for ε' }],
  ...setups.map(([name, does]) => [name, { lesson: 6, does }] as const),
  [/^base-7@/, { lesson: 7, does: 'draws a digit of 7 × 7 pixels' }],
  [/^up-14-plain$/, { lesson: 7, does: '7 × 7 → 14 × 14' }],
  [/^up-14-augmented$/, { lesson: 7, does: '7 × 7 → 14 × 14, trained on noisy small ones' }],
  [/^up-28-plain$/, { lesson: 7, does: '14 × 14 → 28 × 28' }],
  [/^up-28-augmented$/, { lesson: 7, does: '14 × 14 → 28 × 28, trained on noisy small ones' }],
  [/^ae-point/, { lesson: 8, does: 'a digit to 2 numbers and back' }],
  [/^ae-1/, { lesson: 8, does: 'a digit to 7 × 7 × 1 numbers and back' }],
  [/^ae-2/, { lesson: 8, does: 'a digit to 7 × 7 × 2 numbers and back' }],
  [/^ae-4/, { lesson: 8, does: 'a digit to 7 × 7 × 4 numbers and back' }],
  [/^latent/, { lesson: 8, does: 'draws a latent for a caption' }],
  [/^contrastive/, { lesson: 9, does: 'embeds pictures and captions in one space' }],
  [/^prior/, { lesson: 9, does: 'from a caption’s embedding to a picture’s' }],
  [/^decoder@/, { lesson: 9, does: 'draws a picture from its embedding' }],
];

/** @throws a plain Error, for a network that nobody has told the table about */
export function roleOf(name: string): Role {
  const found = roles.find(([pattern]) => pattern.test(name));
  if (!found) throw new Error(`Nothing says what the network “${name}” is for: scripts/pretrain/family/roles.ts.`);
  return found[1];
}
