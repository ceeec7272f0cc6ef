/**
 * Lets waiting messages in: a pause or a cancel lands between two steps. A MessageChannel comes round at once, where a
 * timer is held back to a second in a hidden tab and animation frames stop altogether.
 */
const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

export function yieldToMessages(): Promise<void> {
  // Node, for the tests: its ports empty themselves up to a thousand times before they let anybody else in.
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  const line = (channel ??= open());
  return new Promise((resolve) => {
    waiting.push(resolve);
    line.port2.postMessage(null);
  });
}

function open(): MessageChannel {
  const made = new MessageChannel();
  made.port1.onmessage = () => waiting.shift()?.();
  return made;
}
