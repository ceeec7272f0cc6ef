/** For work that nobody needs before they get there. */

/** Calls back once, when the element first comes near the part of the page that is shown. @returns a way to call it off */
export function whenSeen(element: Element, then: () => void): () => void {
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      then();
    },
    { rootMargin: '200px' },
  );
  seen.observe(element);
  return () => seen.disconnect();
}
