/** Remembers that something was saved: asking IndexedDB itself would mean loading the engine on every page. */
const key = 'diffusion.saved';

export function markSaved(): void {
  try {
    localStorage.setItem(key, 'yes');
  } catch {
    // Storage is blocked, and so is what would have been found there.
  }
}

export function leftSomething(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}
