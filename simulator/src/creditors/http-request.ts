/** A request as it comes in at a station: its bytes, and what can be told of it without understanding it. */
import type { IncomingMessage } from 'node:http';

/** More than any message of the contract needs; what is larger is refused. */
export const LARGEST_REQUEST = 1024 * 1024;

/** The body, or undefined when it is larger than allowed. Rejects when the sender breaks the connection. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_REQUEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What a call is about, read off the surface of its message: enough for a log of calls, also of those that are never answered. */
export interface RequestSketch {
  /** Name of the primitive, or `unknown`. */
  readonly primitive: string;
  readonly noticeNumber?: string;
}

const SCANNED = 16_384;

export function sketchOf(body: Buffer): RequestSketch {
  const text = body.toString('utf8', 0, SCANNED);
  const element = /<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?(pa[A-Za-z0-9]{1,40})/.exec(text)?.[1];
  const noticeNumber = /<(?:[\w.-]+:)?noticeNumber>\s*(\d{18})\s*</.exec(text)?.[1];
  return {
    primitive: element?.replace(/(Req|Request)$/, '') ?? 'unknown',
    ...(noticeNumber !== undefined && { noticeNumber }),
  };
}
