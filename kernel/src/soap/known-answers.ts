import type { Envelope } from './envelope.ts';

/** Larger answers say something of their own and will hardly come again. */
const LARGEST_BYTES = 1_024;
const MOST_KNOWN = 64;

/**
 * Small answers that were read before. A station acknowledges receipt after receipt with the same bytes: reading those again would cost more than
 * all the rest of a delivery's message. Envelopes are never changed by who reads them, so they can be shared.
 */
export class KnownAnswers {
  readonly #known = new Map<string, Envelope>();

  /** The envelope that the same bytes gave before, or that `read` gives now. What `read` throws is not remembered. */
  envelopeOf(body: Buffer, charset: string | undefined, read: () => Envelope): Envelope {
    if (body.length > LARGEST_BYTES) return read();
    // Each byte is one character: different bytes are different texts, whatever the charset.
    const key = `${charset ?? ''} ${body.toString('latin1')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const envelope = read();
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, envelope);
    return envelope;
  }
}
