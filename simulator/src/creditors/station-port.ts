/** The TCP port of a station: open while the station is on, closed with all its connections while it is off. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { UnavailableError } from '@nodo-aperto/kernel/faults';
import type { RandomStream } from '@nodo-aperto/kernel/random';

export interface StationPort {
  /** The port; the same for the station's whole life. */
  readonly port: number;
  isOpen(): boolean;
  /** @throws UnavailableError when another program took the port while it was closed */
  open(): Promise<void>;
  /** Breaks every connection. */
  close(): Promise<void>;
}

// Below the range from which systems draw the local ports of outgoing connections: those could take a port while its station is off.
const FREE_PORTS = { from: 20_000, to: 31_999 } as const;
const TRIES = 50;
const IDLE_CONNECTION_MS = 72_000;

/**
 * Opens a port.
 * @param options.port the port wished for; a free one when absent
 * @param options.random where a free port is looked for; best not from a seed, so that fleets side by side do not meet
 * @throws UnavailableError when the port cannot be opened
 */
export async function openStationPort(options: {
  readonly host: string;
  readonly port?: number;
  readonly random: RandomStream;
  readonly answer: RequestListener;
}): Promise<StationPort> {
  const { host, answer } = options;
  const server = createServer({ keepAliveTimeout: IDLE_CONNECTION_MS }, answer);
  const port = await (options.port ? listen(server, host, options.port) : listenSomewhere(server, host, options.random));
  return {
    port,
    isOpen: () => server.listening,
    async open() {
      if (!server.listening) await listen(server, host, port);
    },
    close: () => close(server),
  };
}

async function listenSomewhere(server: Server, host: string, random: RandomStream): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await listen(server, host, random.integer(FREE_PORTS.from, FREE_PORTS.to));
    } catch {
      // Taken: the next one may be free.
    }
  }
  return listen(server, host, 0);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(new UnavailableError(`A creditor's station cannot use port ${port} on ${host} (${error.code ?? error.message}).`));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.removeListener('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
