/** The page's own address, read and rewritten; plain values, which nothing waits for. */

/** What stands behind the question mark. */
export function askedInAddress(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** The address with these settings changed by `write`. */
export function addressWith(write: (settings: URLSearchParams) => void): URL {
  const url = new URL(location.href);
  write(url.searchParams);
  return url;
}
