/** SiLU in GLSL, for vectors of two and of four. The slope is that of ../silu.ts: d/dz z·σ = σ·(1 + z·(1 − σ)). */
const forVector = (vector: string): string => `
${vector} silu(${vector} z) { return z / (1.0 + exp(-z)); }
${vector} siluSlope(${vector} z) { ${vector} gate = 1.0 / (1.0 + exp(-z)); return gate * (1.0 + z * (1.0 - gate)); }`;

export const siluFunctions = `${forVector('vec2')}${forVector('vec4')}
`;
