/** Where k6 tells the runner to switch the creditors off and on: a server on the loopback, for the time of a run. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fleet } from '@nodo-aperto/simulator';

export interface Control extends AsyncDisposable {
  readonly url: string;
  /** The creditors to switch; orders before that are refused. */
  manage(fleet: Fleet): void;
}

/** Switches every creditor at once. */
export async function switchAll(fleet: Fleet, what: 'on' | 'off'): Promise<void> {
  await Promise.all(fleet.stations().map(({ code }) => (what === 'on' ? fleet.switchOn(code) : fleet.switchOff(code))));
}

export async function startControl(): Promise<Control> {
  let managed: Fleet | undefined;
  const server = createServer((request, response) => {
    const order = /^\/creditors\/(on|off)$/.exec(request.url ?? '')?.[1] as 'on' | 'off' | undefined;
    request.resume();
    if (request.method !== 'POST' || !order || !managed) {
      response.writeHead(404).end();
      return;
    }
    switchAll(managed, order).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manage(fleet) {
      managed = fleet;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
