/** The page of the bench of replicas: two workers joined by a channel, and one that keeps a core busy on demand. */
import type { ReplicaCommand, StepsDone } from './replica.worker';

function newWorker(): Worker {
  return new Worker(new URL('./replica.worker.ts', import.meta.url), { type: 'module' });
}

function ask(worker: Worker, command: ReplicaCommand, transfer: Transferable[] = []): Promise<StepsDone> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<StepsDone>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(command, transfer);
  });
}

const [leader, helper] = [newWorker(), newWorker()];
let burner: Worker | null = null;

async function open(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await Promise.all([ask(leader, { kind: 'lead', port: port1 }, [port1]), ask(helper, { kind: 'help', port: port2 }, [port2])]);
}

function steps(count: number, theirs: number): Promise<StepsDone> {
  return ask(leader, { kind: 'steps', count, theirs });
}

/** Takes one core away, or gives it back. */
function burn(isOn: boolean): void {
  burner?.terminate();
  burner = isOn ? newWorker() : null;
  burner?.postMessage({ kind: 'burn' } satisfies ReplicaCommand);
}

declare global {
  interface Window {
    replicas: { open: typeof open; steps: typeof steps; burn: typeof burn };
  }
}
window.replicas = { open, steps, burn };
