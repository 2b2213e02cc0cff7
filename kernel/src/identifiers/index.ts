export {
  checkCharacterOf,
  controlDigitOf,
  entityTypeOf,
  hasValidCheckCharacter,
  hasValidControlDigit,
  isCreditorFiscalCode,
  isEntityIdentifier,
  isPersonFiscalCode,
  parseCreditorFiscalCode,
  parseEntityIdentifier,
  parsePersonFiscalCode,
} from './fiscal-codes.ts';
export type { CreditorFiscalCode, EntityIdentifier, EntityType, PersonFiscalCode } from './fiscal-codes.ts';
export {
  groupedNoticeNumber,
  hasValidCheckDigits,
  isNoticeNumber,
  makeNoticeNumber,
  noticeCheckDigitsOf,
  noticeNumberFromIuv,
  noticeNumberParts,
  parseIuv,
  parseNoticeNumber,
  PROBE_NOTICE_NUMBER,
} from './notice-number.ts';
export type { Iuv, NoticeNumber, NoticeNumberInput, NoticeNumberParts } from './notice-number.ts';
export { ibanCheckDigitsOf, isIban, isIbanShape, makeItalianIban, parseIban, parseIbanShape } from './iban.ts';
export type { Iban, IbanShape } from './iban.ts';
export {
  brokerNamedBy,
  isStationCode,
  parseBrokerCode,
  parseChannelCode,
  parseIdempotencyKey,
  parsePaymentToken,
  parsePspCode,
  parseStationCode,
} from './codes.ts';
export type { BrokerCode, ChannelCode, IdempotencyKey, PaymentToken, PspCode, StationCode } from './codes.ts';
export type { Identifier } from './brand.ts';
export type { Parsed } from '../faults/index.ts';
