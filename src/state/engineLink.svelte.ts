/** The page's line to its engine: opened when first needed, reopened after a crash or for another backend. */
import { version } from '$app/environment';
import { AppError } from '../base/errors';
import { connect, type Client, type Connection } from '../worker/client';
import { backendChoice, isReproducibleWanted, rememberBackendChoice, rememberReproducible } from '../worker/deviceSettings';
import type { BackendChoice, BackendReport } from '../worker/protocol';

export type EnginePhase = 'off' | 'starting' | 'ready' | 'failed';

export interface LinkListener {
  /** Called as soon as the engine answers, before anybody can ask it for anything. */
  opened(connection: Connection): void;
  /** Called with whatever kept it from starting or made it stop. */
  failed(thrown: unknown): void;
}

export class EngineLink {
  phase = $state<EnginePhase>('off');
  /** Who computes, and why; null until the engine has started. */
  backend = $state.raw<BackendReport | null>(null);
  /** What the engine was last asked for, or will be. */
  isReproducibleWanted = $state(false);
  #opening: Promise<Client> | null = null;
  #client: Client | null = null;
  readonly #base: string;
  readonly #listener: LinkListener;

  constructor(base: string, listener: LinkListener) {
    this.#base = base;
    this.#listener = listener;
  }

  /**
   * Opens the engine, or waits until it is open.
   * @throws whatever kept it from starting; the next call tries again
   */
  ready(): Promise<Client> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** The open client, if there is one: for what is not worth starting an engine for. */
  get client(): Client | null {
    return this.#client;
  }

  close(): void {
    this.#client?.close();
    this.#forget('off');
  }

  remember(choice: BackendChoice): void {
    rememberBackendChoice(choice);
  }

  rememberReproducible(isWanted: boolean): void {
    rememberReproducible(isWanted);
    this.isReproducibleWanted = isWanted;
  }

  async #open(): Promise<Client> {
    this.phase = 'starting';
    this.isReproducibleWanted = isReproducibleWanted(location.search);
    try {
      const connection = await connect({
        choice: backendChoice(location.search),
        reproducible: this.isReproducibleWanted,
        search: location.search,
        version,
        base: this.#base,
      });
      this.#adopt(connection);
      return connection.client;
    } catch (thrown) {
      this.#forget('failed');
      this.#listener.failed(thrown);
      throw thrown;
    }
  }

  #adopt(connection: Connection): void {
    const { client } = connection;
    this.#client = client;
    this.backend = connection.backend;
    this.phase = 'ready';
    void client.ended.then((failure) => {
      if (failure === null || this.#client !== client) return;
      this.#forget('failed');
      this.#listener.failed(new AppError(failure.code, failure.message, failure.detail));
    });
    this.#listener.opened(connection);
    client.subscribe((news) => {
      if (news.type === 'backend') this.backend = news.backend;
    });
  }

  #forget(phase: EnginePhase): void {
    this.#client = null;
    this.#opening = null;
    this.phase = phase;
  }
}
