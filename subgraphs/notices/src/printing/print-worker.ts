/** The thread that draws: one notice at a time, as they come. Nothing else of the platform runs here. */
import { parentPort } from 'node:worker_threads';
import type { NoticeToPrint } from '../domain/printing/notice-to-print.ts';
import { renderNotice } from './render-notice.ts';

/** What a thread is asked. */
export interface PrintOrder {
  notice: NoticeToPrint;
  createdAt: number;
  logo?: Uint8Array | undefined;
}

/** What it answers, one answer to each order, in their order. */
export type PrintAnswer = { ok: true; bytes: Uint8Array } | { ok: false; error: string };

parentPort?.on('message', (order: PrintOrder) => {
  void renderNotice(order.notice, order).then(
    (bytes) => {
      // A copy of its own, whose memory can be handed over.
      const own = new Uint8Array(bytes);
      parentPort?.postMessage({ ok: true, bytes: own } satisfies PrintAnswer, [own.buffer]);
    },
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage({ ok: false, error: text } satisfies PrintAnswer, []);
    },
  );
});
