/** Shapes that several event contracts share. Instants are ISO 8601 in UTC; amounts are integer euro cents. */
import { z } from 'zod';

export const fiscalCode = z.string().regex(/^[0-9]{11}$/);
export const code = z.string().min(1).max(35);
export const noticeNumber = z.string().regex(/^[0-9]{18}$/);
export const instant = z.iso.datetime({ offset: true });
export const day = z.iso.date();
export const cents = z.number().int().min(0).max(99_999_999_999);
export const paymentToken = z.string().min(1).max(35);
export const revision = z.number().int().min(1);

/** Who owes or who pays: F a person, G an organization. */
export const subject = z.object({
  type: z.enum(['F', 'G']),
  fiscalCode: z.string().min(2).max(16),
  fullName: z.string().min(1).max(255),
  streetName: z.string().max(70).optional(),
  civicNumber: z.string().max(16).optional(),
  postalCode: z.string().max(16).optional(),
  city: z.string().max(35).optional(),
  stateProvinceRegion: z.string().max(35).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  email: z.string().max(256).optional(),
});
export type Subject = z.output<typeof subject>;

export const metadata = z.array(z.object({ key: z.string().min(1).max(140), value: z.string().min(1).max(140) })).max(15);

/** A stamp duty to be bought with the payment (marca da bollo). */
export const stamp = z.object({
  documentHash: z.string().min(1).max(72),
  stampType: z.literal('01'),
  province: z.string().regex(/^[A-Z]{2}$/),
});

/** A part of the payment and the account that it goes to: an IBAN, or a stamp. */
export const transfer = z.object({
  idTransfer: z.number().int().min(1).max(5),
  amount: cents,
  creditorFiscalCode: fiscalCode,
  creditorName: z.string().max(140).optional(),
  iban: z.string().min(1).max(35).optional(),
  postalIban: z.string().min(1).max(35).optional(),
  stamp: stamp.optional(),
  remittanceInformation: z.string().min(1).max(140),
  transferCategory: z.string().min(1).max(140),
  metadata: metadata.optional(),
});
export type Transfer = z.output<typeof transfer>;

/** The keys under which an event is addressed to tenants: see `audienceOf` in kernel/auth. */
export const audience = {
  creditor: (creditorFiscalCode: string) => `EC:${creditorFiscalCode}`,
  psp: (pspCode: string) => `PSP:${pspCode}`,
  broker: (brokerCode: string) => `BROKER:${brokerCode}`,
  citizen: (personFiscalCode: string) => `CITIZEN:${personFiscalCode}`,
};
