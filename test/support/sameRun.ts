/**
 * One run that every browser and Node must train to the same weights. The fingerprint is what Node 20 on Linux x64 came to, in
 * test/worker/sameRun.test.ts; a change of the recipe, of the strict kernels or of the random numbers changes it, and nothing else may.
 */
export const sameRun = { seed: 3, steps: 20, fingerprint: '9cde·ba00' } as const;
