const microseconds = 1e6;

/** Of this process so far: what others do on the machine does not count, as it would by the clock on the wall. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / microseconds;
}
