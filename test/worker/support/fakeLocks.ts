/** Web Locks as far as `ifAvailable` goes: one manager for as many tabs as a test opens. */
export function fakeLocks(): Pick<LockManager, 'request'> {
  const held = new Set<string>();
  const request = async (name: string, options: LockOptions, work: (lock: Lock | null) => unknown): Promise<unknown> => {
    await Promise.resolve(); // a browser answers later, never at once
    if (held.has(name)) {
      if (options.ifAvailable !== true) throw new Error('this stand-in does not queue');
      return work(null);
    }
    held.add(name);
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      held.delete(name);
    }
  };
  return { request: request as LockManager['request'] }; // the overload without options is not used
}
