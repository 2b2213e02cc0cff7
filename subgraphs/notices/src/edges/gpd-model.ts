/** The debt positions interface's objects, to and from the domain's. Contract: openapi/gpd-4-aca.json. */
import { fromZod, InputError, type InputIssue, zodOf } from '@nodo-aperto/kernel/faults';
import { parseEntityIdentifier } from '@nodo-aperto/kernel/identifiers';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { z } from 'zod';
import { allowed } from '../domain/outcome.ts';
import type { PositionDraft } from '../domain/position-draft.ts';
import type { WriteResult } from '../services/position-writes.ts';
import { parseDraft, withoutNulls } from '../services/read-draft.ts';

/** An instant with or without offset. */
export const instantShape = zodOf((value) => {
  const ms = typeof value === 'string' && value.length <= 40 ? parseInstant(value) : undefined;
  return ms === undefined
    ? { ok: false, expected: 'an instant such as 2026-12-31T23:59:59, with or without offset' }
    : { ok: true, value: ms };
});

const cents = z.number().int().min(1).max(99_999_999_999);
const pairs = z.array(z.object({ key: z.string(), value: z.string() })).max(100);
/** An IBAN by its shape. */
export const accountShape = z.string().regex(/^[A-Za-z0-9]{1,35}$/);

const transferModel = z.object({
  idTransfer: z.enum(['1', '2', '3', '4', '5']),
  amount: cents,
  organizationFiscalCode: z.string().optional(),
  remittanceInformation: z.string(),
  category: z.string(),
  iban: accountShape.optional(),
  postalIban: accountShape.or(z.literal('')).optional(),
  stamp: z.object({ hashDocument: z.string(), stampType: z.string(), provincialResidence: z.string() }).optional(),
  companyName: z.string().optional(),
  transferMetadata: pairs.optional(),
});
const optionModel = z.object({
  nav: z.string().optional(),
  iuv: z.string(),
  amount: cents,
  description: z.string(),
  isPartialPayment: z.boolean(),
  /** Ours: partial options of one name are one plan; those without a name are one as well. */
  plan: z.string().trim().min(1).max(140).optional(),
  dueDate: instantShape,
  retentionDate: instantShape.optional(),
  fee: z.number().int().min(0).optional(),
  transfer: z.array(transferModel).max(100).optional(),
  paymentOptionMetadata: pairs.optional(),
});
const positionModel = z.object({
  iupd: z.string(),
  type: z.enum(['F', 'G']),
  payStandIn: z.boolean().default(true),
  /** Ours: whether who owes finds it by pull payments. */
  pull: z.boolean().optional(),
  fiscalCode: zodOf(parseEntityIdentifier),
  fullName: z.string(),
  streetName: z.string().optional(),
  civicNumber: z.string().optional(),
  postalCode: z.string().optional(),
  city: z.string().optional(),
  province: z.string().optional(),
  region: z.string().max(35).optional(),
  phone: z.string().max(40).optional(),
  country: z.string().optional(),
  email: z.string().optional(),
  switchToExpired: z.boolean(),
  companyName: z.string(),
  officeName: z.string().optional(),
  validityDate: instantShape.optional(),
  paymentOption: z.array(optionModel).max(1_000).default([]),
});
type PositionModel = z.output<typeof positionModel>;
type OptionModel = PositionModel['paymentOption'][number];

/** A draft, and how its places are called in what the caller sent. */
export interface ReadModel {
  draft: PositionDraft;
  /** What became of it, with the contract's names in what was wrong or odd. */
  named(result: WriteResult): WriteResult;
}

/**
 * Reads a PaymentPositionModel. Options that are paid whole stay apart; partial ones are the instalments of one plan, as in the official
 * interface, unless they name the plans that they belong to. Source: Domain facts, Payments §4.3, §6.
 * @throws InputError naming every field that is wrong, as the contract calls it
 */
export function readPositionModel(body: unknown, creditorFiscalCode: string): ReadModel {
  const parsed = positionModel.safeParse(withoutNulls(body));
  if (!parsed.success) throw fromZod(parsed.error);
  const model = parsed.data;
  const whole = model.paymentOption.flatMap((option, index) => (option.isPartialPayment ? [] : [[{ option, index }]]));
  const plans = new Map<string, { option: OptionModel; index: number }[]>();
  for (const [index, option] of model.paymentOption.entries()) {
    if (!option.isPartialPayment) continue;
    const plan = option.plan ?? '';
    plans.set(plan, [...(plans.get(plan) ?? []), { option, index }]);
  }
  const groups = [...whole, ...plans.values()];
  const rename = (issue: InputIssue): InputIssue => ({ ...issue, path: contractPath(issue.path, groups) });
  try {
    const draft = parseDraft(
      draftOf(
        model,
        groups.map((group) => group.map(({ option }) => option)),
      ),
      creditorFiscalCode,
    );
    return {
      draft,
      named: (result) =>
        result.ok
          ? allowed({ ...result.value, warnings: result.value.warnings.map(rename) })
          : { ok: false, refusal: { ...result.refusal, issues: result.refusal.issues.map(rename) } },
    };
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.issues.map(rename)) : error;
  }
}

function draftOf(model: PositionModel, groups: readonly OptionModel[][]) {
  const { streetName, civicNumber, postalCode, city, province, country, email, switchToExpired, validityDate, region, phone } = model;
  return {
    iupd: model.iupd,
    debtor: {
      type: model.type,
      fiscalCode: model.fiscalCode,
      fullName: model.fullName,
      streetName,
      civicNumber,
      postalCode,
      city,
      stateProvinceRegion: province,
      country,
      email,
    },
    companyName: model.companyName,
    officeName: model.officeName,
    payStandIn: model.payStandIn,
    pull: model.pull,
    contact: region === undefined && phone === undefined ? undefined : { region, phone },
    options: groups.map((group) => ({
      description: group[0]?.plan,
      switchToExpired,
      validFrom: validityDate,
      instalments: group.map(instalmentOf),
    })),
  };
}

function instalmentOf(option: OptionModel) {
  const { nav, isPartialPayment: _, plan: _plan, transfer = [], paymentOptionMetadata, ...rest } = option;
  return {
    ...rest,
    noticeNumber: nav,
    metadata: paymentOptionMetadata,
    transfers: transfer.map(
      ({ idTransfer, organizationFiscalCode, category, companyName, postalIban, stamp, transferMetadata, ...part }) => ({
        ...part,
        idTransfer: Number(idTransfer),
        creditorFiscalCode: organizationFiscalCode,
        creditorName: companyName,
        transferCategory: category,
        postalIban: postalIban === '' ? undefined : postalIban,
        stamp: stamp && { documentHash: stamp.hashDocument, stampType: stamp.stampType, province: stamp.provincialResidence },
        metadata: transferMetadata,
      }),
    ),
  };
}

const NAMES: Readonly<Record<string, string>> = {
  noticeNumber: 'nav',
  creditorFiscalCode: 'organizationFiscalCode',
  creditorName: 'companyName',
  transferCategory: 'category',
  documentHash: 'hashDocument',
  province: 'provincialResidence',
  validFrom: 'validityDate',
  debtor: '',
  stateProvinceRegion: 'province',
};

/** `options[1].instalments[0].transfers[2].iban` as the caller wrote it: `paymentOption[3].transfer[2].iban`. */
function contractPath(path: string, groups: readonly (readonly { index: number }[])[]): string {
  const match = /^options(?:\[(\d+)\](?:\.instalments(?:\[(\d+)\])?)?)?/.exec(path);
  if (!match) return withNames(path);
  const rest = path.slice(match[0].length).replace(/^\./, '');
  const own = match[1] === undefined ? undefined : groups[Number(match[1])]?.[Number(match[2] ?? 0)];
  if (match[2] === undefined && rest !== '') return withNames(rest);
  const place = own && match[2] !== undefined ? `paymentOption[${own.index}]` : 'paymentOption';
  return [place, withNames(rest)].filter(Boolean).join('.');
}

function withNames(path: string): string {
  return path
    .split('.')
    .map((step) => {
      const [, name = '', index = ''] = /^(\w*)(\[\d+\])?$/.exec(step) ?? [];
      if (name === 'transfers') return `transfer${index}`;
      if (name === 'metadata') return `${path.includes('transfers') ? 'transferMetadata' : 'paymentOptionMetadata'}${index}`;
      return `${NAMES[name] ?? name}${index}`;
    })
    .filter(Boolean)
    .join('.');
}
