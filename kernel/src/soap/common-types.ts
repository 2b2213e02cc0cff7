import { list, optional, required, sequence } from './structure.ts';
import { amount } from './amount.ts';
import { anyText, base64, integer, oneOf, pattern, text } from './simple-types.ts';
import type { ValueOf } from './message.ts';

/**
 * The types that the official contracts share (`sac-common-types-1.0.xsd`, and those declared alike in paForNode.xsd
 * and nodeForPsp.xsd), named as there without `st` and `ct`. Source: Domain facts, Payments §1.4.
 */
const text16 = text(1, 16);
export const text20 = text(1, 20);
export const text35 = text(1, 35);
export const text70 = text(1, 70);
export const text140 = text(1, 140);
export const text210 = text(1, 210);
export const text5 = text(5, 5);
export const paymentToken = text(1, 35);
export const password = text(8, 15);
export const fiscalCodePA = pattern(/[0-9]{11}/, '11 digits');
export const noticeNumber = pattern(/[0-9]{18}/, '18 digits');
export const outcome = oneOf('OK', 'KO');
export const amountOption = oneOf('EQ', 'LS', 'GT', 'ANY');
/** From zero, with exactly two decimals on the wire; euro cents here. */
export const anyAmount = amount(0);
/** From one cent. */
export const amountNotZero = amount(1);
export const idTransfer = integer(1, 5);
const countryOrProvince = pattern(/[A-Z]{2}/, 'two capital letters');
const electronicMail = pattern(/[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(?:[.][a-zA-Z0-9-]+)*/, 'an e-mail address of at most 256 characters', 256);

/** Free pairs beside a payment or transfer, 1 to 15. */
export const metadata = list('mapEntry', sequence(required('key', text140), required('value', text140)), { maximum: 15 });
export type MetadataEntry = ValueOf<typeof metadata>[number];

/** The two data of a notice's QR code that name it. */
export const qrCode = sequence(required('fiscalCode', fiscalCodePA), required('noticeNumber', noticeNumber));
export type QrCode = ValueOf<typeof qrCode>;

const entityUniqueIdentifier = sequence(
  required('entityUniqueIdentifierType', oneOf('F', 'G')),
  required('entityUniqueIdentifierValue', text(2, 16)),
);

/** A debtor or payer. Element `e-mail` is the property `email`. */
export const subject = sequence(
  required('uniqueIdentifier', entityUniqueIdentifier),
  required('fullName', text70),
  optional('streetName', text70),
  optional('civicNumber', text16),
  optional('postalCode', text16),
  optional('city', text35),
  optional('stateProvinceRegion', text35),
  optional('country', countryOrProvince),
  optional('e-mail', electronicMail, 'email'),
);
export type Subject = ValueOf<typeof subject>;

/** A digital revenue stamp to be bought with the payment. */
export const stampRequest = sequence(
  required('hashDocumento', base64(4, 72)),
  required('tipoBollo', oneOf('01')),
  required('provinciaResidenza', countryOrProvince),
);
export type StampRequest = ValueOf<typeof stampRequest>;

/** The fault of an answer with outcome KO. Its code is text: what a creditor writes need not be a code we know. */
const faultBean = sequence(
  required('faultCode', anyText),
  required('faultString', anyText),
  required('id', anyText),
  optional('description', anyText),
  optional('serial', integer(-2_147_483_648, 2_147_483_647)),
  optional('originalFaultCode', anyText),
  optional('originalFaultString', anyText),
  optional('originalDescription', anyText),
);

/** What every answer begins with (`ctResponse`). */
export const responseParts = [required('outcome', outcome), optional('fault', faultBean)] as const;
export const emptyResponse = sequence(...responseParts);
export type EmptyResponse = ValueOf<typeof emptyResponse>;
