/** Personal data never reach a log: what is redacted, by key and by shape. Source: design.md section 2 of the project's own rules. */

const SECRET_KEYS =
  /^(authorization|password|token|paymentToken|secret|apiKey|key|cookie|ocp-apim-subscription-key|fiscalCode|debtorFiscalCode|payerFiscalCode|entityUniqueIdentifierValue|fullName|debtorName|email|iban|postalIban)$/i;

/** A person's tax code: 16 characters; the omocodia letters may stand where digits usually do. */
const PERSON = /\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b/gi;
const IBAN = /\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;
const COMPACT_JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;

/** The mark that stands in a log where a value was. */
const REDACTED = '[redacted]';

/** Removes tax codes of persons, IBANs and credentials from free text. Codes of public bodies (11 digits) are public and stay. */
export function redactText(text: string): string {
  return text.replace(BEARER, `$1 ${REDACTED}`).replace(COMPACT_JWT, REDACTED).replace(PERSON, REDACTED).replace(IBAN, REDACTED);
}

const DEEPEST = 6;
const MOST_ITEMS = 50;

/** Copies a value for the log: sensitive keys replaced, strings cleaned, depth and size bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value.length > 4000 ? `${value.slice(0, 4000)}…` : value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return redactError(value, depth);
  if (depth >= DEEPEST) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => redact(item, depth + 1));
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return redact((value as { toJSON(): unknown }).toJSON(), depth + 1);
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, MOST_ITEMS))
    copy[key] = SECRET_KEYS.test(key) && item != null ? REDACTED : redact(item, depth + 1);
  return copy;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = { name: error.name, message: redactText(error.message) };
  if (error.stack) copy.stack = redactText(error.stack);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' || typeof code === 'number') copy.code = code;
  if (error.cause !== undefined && depth < 3) copy.cause = redact(error.cause, depth + 1);
  return copy;
}
