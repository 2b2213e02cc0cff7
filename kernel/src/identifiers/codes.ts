import { shapeOf } from './brand.ts';
import type { Identifier } from './brand.ts';

/** Code of a PSP (idPSP), usually shaped like a BIC or an ABI: 1 to 35 printable characters without blanks (Domain facts, Payments §1.1). */
export type PspCode = Identifier<'PspCode'>;
/** Code of a broker of creditors or of PSPs, usually its fiscal code. */
export type BrokerCode = Identifier<'BrokerCode'>;
/** Code of a creditor broker's station, by convention `<broker>_<nn>`. */
export type StationCode = Identifier<'StationCode'>;
/** Code of a PSP broker's channel, by convention `<broker>_<nn>`. */
export type ChannelCode = Identifier<'ChannelCode'>;

const CODE = /^[\x21-\x7e]{1,35}$/;
const SHAPE = '1 to 35 printable characters without blanks';

const psp = shapeOf<'PspCode'>(CODE, `the code of a PSP, ${SHAPE}`);
const broker = shapeOf<'BrokerCode'>(CODE, `the code of a broker, ${SHAPE}`);
const station = shapeOf<'StationCode'>(CODE, `the code of a station, ${SHAPE}`);
const channel = shapeOf<'ChannelCode'>(CODE, `the code of a channel, ${SHAPE}`);

export const parsePspCode = psp.parse;
const isBrokerCode = broker.is;
export const parseBrokerCode = broker.parse;
export const isStationCode = station.is;
export const parseStationCode = station.parse;
export const parseChannelCode = channel.parse;

/** The broker a station or channel code names by convention; undefined when the code does not follow it. */
export function brokerNamedBy(code: StationCode | ChannelCode): BrokerCode | undefined {
  const match = /^(.+)_\d{1,4}$/.exec(code);
  return isBrokerCode(match?.[1]) ? match[1] : undefined;
}

/** PSP fiscal code, underscore, 10 random characters (Domain facts, Payments §1.4). Case matters. */
export type IdempotencyKey = Identifier<'IdempotencyKey'>;
const idempotencyKey = shapeOf<'IdempotencyKey'>(
  /^[a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}$/,
  'an idempotency key: 2 to 18 letters and digits, an underscore, 10 letters and digits',
);
export const parseIdempotencyKey = idempotencyKey.parse;

/** The token of a payment session as this node makes it: 32 lower-case hexadecimal digits. Messages may carry any 1 to 35 characters. */
export type PaymentToken = Identifier<'PaymentToken'>;
const paymentToken = shapeOf<'PaymentToken'>(/^[0-9a-f]{32}$/, 'a payment token of 32 lower-case hexadecimal digits');
export const parsePaymentToken = paymentToken.parse;
