/** A fetch for file: URLs, which Node's own does not know: scripts and tests read the packed data as the page does. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const fileFetch: typeof fetch = async (input) => {
  const url = input instanceof Request ? input.url : String(input);
  try {
    return new Response(new Uint8Array(await readFile(fileURLToPath(url))));
  } catch (error) {
    return new Response(String(error), { status: 404 });
  }
};

/** The folder public/, as a base URL for fileFetch. */
export const publicUrl = pathToFileURL(fileURLToPath(new URL('../public', import.meta.url))).href;
