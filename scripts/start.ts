/**
 * The end of `npm start`: serves the built site on localhost and opens the reader's browser there, if there is one to
 * open. A machine without a desktop gets the address in the terminal all the same.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const server = await preview({ preview: { open: false } });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The server has no address on this machine.');
console.log(`\nThe notebook is at ${url} (Ctrl+C stops it).`);
openInBrowser(url);

function openInBrowser(address: string): void {
  const commands: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open', address],
    win32: ['cmd', '/c', 'start', '""', address],
  };
  const [command, ...args] = commands[process.platform] ?? ['xdg-open', address];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // nothing to open it with: the address has been printed
  child.unref();
}
