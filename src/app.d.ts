/** Imports that Vite understands and TypeScript must be told of: scripts/highlightedSource.ts. */
declare module '*?highlighted' {
  const html: string;
  export default html;
}
declare module '*&highlighted' {
  const html: string;
  export default html;
}
