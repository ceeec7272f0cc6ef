/**
 * Lets waiting messages in: a pause or a cancel lands between two steps. A MessageChannel comes round at once, where a
 * timer is held back to a second in a hidden tab and animation frames stop altogether.
 */
const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

export function yieldToMessages(): Promise<void> {
  const line = (channel ??= open());
  return new Promise((resolve) => {
    waiting.push(resolve);
    line.port2.postMessage(null);
  });
}

function open(): MessageChannel {
  const made = new MessageChannel();
  made.port1.onmessage = () => waiting.shift()?.();
  // Node keeps running while a port listens; a browser's port has no such switch.
  if ('unref' in made.port1 && typeof made.port1.unref === 'function') made.port1.unref();
  return made;
}
